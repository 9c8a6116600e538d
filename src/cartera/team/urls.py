"""Addresses of people, their time and their calendars."""

from __future__ import annotations

from django.urls import path

from cartera.team.views import branches, calendars, gate, people, roles, time

app_name = "team"

urlpatterns = [
    path("administracion/personas", people.people, name="people"),
    path("administracion/personas/nueva", people.hire, name="hire"),
    path("administracion/personas/<int:staff_id>", people.person, name="person"),
    path("administracion/personas/<int:staff_id>/desactivar", people.deactivate, name="deactivate"),
    path("administracion/personas/<int:staff_id>/activar", people.reactivate, name="reactivate"),
    path("administracion/personas/<int:staff_id>/invitar", people.invite, name="invite"),
    path("administracion/personas/<int:staff_id>/horario", people.hours, name="person_hours"),
    path(
        "administracion/invitaciones/<int:invitation_id>/retirar",
        people.withdraw_invitation,
        name="withdraw_invitation",
    ),
    path("administracion/permisos", roles.roles, name="roles"),
    path("administracion/permisos/cambiar", roles.set_role, name="set_role"),
    path("administracion/agencias", branches.branches, name="branches"),
    path("administracion/agencias/nueva", branches.open_branch, name="open_branch"),
    path("administracion/agencias/<int:branch_id>", branches.branch, name="branch"),
    path("administracion/agencias/<int:branch_id>/cerrar", branches.close_branch, name="close_branch"),
    path("administracion/agencias/<int:branch_id>/abrir", branches.reopen_branch, name="reopen_branch"),
    path("administracion/agencias/<int:branch_id>/horario", branches.hours, name="branch_hours"),
    path("administracion/ausencias", time.absences, name="absences"),
    path("administracion/ausencias/nueva", time.plan_absence, name="plan_absence"),
    path("administracion/ausencias/<int:absence_id>", time.absence, name="absence"),
    path("administracion/ausencias/<int:absence_id>/cancelar", time.cancel_absence, name="cancel_absence"),
    path("administracion/citas", time.appointments, name="appointments"),
    path("administracion/citas/nueva", time.make_appointment, name="make_appointment"),
    path("administracion/citas/<int:appointment_id>", time.appointment, name="appointment"),
    path("administracion/citas/<int:appointment_id>/cancelar", time.cancel_appointment, name="cancel_appointment"),
    path("calendario", calendars.calendar, name="calendar"),
    path("calendario/<int:feed_id>/leer", calendars.read_again, name="read_again"),
    path("calendario/<int:feed_id>/quitar", calendars.unsubscribe, name="unsubscribe"),
    path("calendario/compartir", calendars.share, name="share"),
    path("calendario/enlaces/<int:link_id>/revocar", calendars.revoke, name="revoke"),
    path("invitacion/<str:token>", gate.accept_invitation, name="accept_invitation"),
]
