"""Who may open what: role × address × method → status, for every address of the project.

A new address needs a line here: the method, the address with `{names}` of THINGS, the body's name in BODIES when it has one,
and a status for each of WHO. Lines are independent: what one role did is undone before the next one tries.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Any

import pytest
from django.db import transaction
from django.test import Client as Browser
from django.urls import URLPattern, URLResolver, get_resolver, resolve
from django.urls.exceptions import Resolver404

from cartera.agenda.actions_on_policy import set_agenda_policy
from cartera.agenda.models import Plan, PlanItem, PolicyTrial, Unplaced
from cartera.api.actions import issue_own_token, issue_token
from cartera.api.actions_on_webhooks import add_webhook, pause_webhook, try_webhook
from cartera.api.composition import api
from cartera.clients.actions.merging import merge_clients
from cartera.clients.models import AccessGrant, Client, ContactPoint, DuplicatePair
from cartera.clock.actions import add_day_off
from cartera.desk.actions import save_view
from cartera.desk.models import Screen
from cartera.desk.settings import GOAL
from cartera.documents import store
from cartera.documents.actions import Offered, file_away, tell_preview
from cartera.events.models import Event
from cartera.intake.models import SavedRecipe, SourceRow, Trace, Upload
from cartera.intake.proposals.proposal import Proposal
from cartera.interactions.actions import register
from cartera.kernel.actor import Actor
from cartera.kernel.models import Errand, Run
from cartera.products.models import CurrencyRate, Product, ProductTerms
from cartera.promises import actions as promises
from cartera.service.actions import add_model
from cartera.service.actions_on_models import draft_model
from cartera.service.rules import ModelSpec, Touch, TouchpointSpec
from cartera.team import actions as team
from cartera.team.actions.calendars import share, subscribe
from cartera.team.actions.invitations import invite
from cartera.team.invitations import token_of
from cartera.team.models import PlanLink, Role, Staff
from cartera.value.models import TierOverride, TierPolicy
from tests.conftest import NOW, SET_UP, TODAY, given, hired, ruled

# nobody: not signed in · ana: adviser of rosa · beto: adviser of another branch · gina: service agent of ana's branch
# mara: manager of ana's branch · ada: administrator
WHO = ("nobody", "ana", "beto", "gina", "mara", "ada")

TABLE = """
                                                             nobody ana beto gina mara ada
GET   /api/v1/openapi.json                                      200 200 200 200 200 200
GET   /api/v1/docs                                              200 200 200 200 200 200
GET   /health                                                   200 200 200 200 200 200
GET   /sw.js                                                    200 200 200 200 200 200
GET   /manifest.webmanifest                                     200 200 200 200 200 200
GET   /sin-linea                                                200 200 200 200 200 200
GET   /metrics                                                  200 200 200 200 200 200
GET   /ayuda                                                    200 200 200 200 200 200
GET   /ayuda/tu-dia                                             200 200 200 200 200 200

GET   /api/v1/clients                                           401 200 200 200 200 200
POST  /api/v1/clients client                                    401 201 201 403 201 201
GET   /api/v1/clients/{rosa}                                    401 200 404 200 200 200
PATCH /api/v1/clients/{rosa} correction                         401 200 404 403 200 200
GET   /api/v1/clients/{rosa}/contact-points                     401 200 404 200 200 200
POST  /api/v1/clients/{rosa}/contact-points point               401 201 404 403 201 201
GET   /api/v1/clients/{rosa}/contact-points/{point}             401 200 404 200 200 200
PATCH /api/v1/clients/{rosa}/contact-points/{point} retired     401 200 404 403 200 200
GET   /api/v1/clients/{rosa}/documents                          401 200 404 200 200 200
POST  /api/v1/clients/{rosa}/documents                          401 422 422 422 422 422
GET   /api/v1/documents/{paper}                                 401 200 404 200 200 200
GET   /api/v1/documents/{paper}/content                         401 200 404 200 200 200
DELETE /api/v1/documents/{paper}                                401 200 404 200 200 200
GET   /api/v1/clients/{rosa}/duplicates                         401 200 404 200 200 200
POST  /api/v1/clients/{rosa}/merge twin                         401 403 404 403 201 201
GET   /api/v1/merges/{merge}                                    401 200 404 200 200 200
POST  /api/v1/merges/{merge}/undo                               401 403 404 403 200 200
GET   /api/v1/interactions                                      401 200 200 200 200 200
POST  /api/v1/interactions contact                              401 201 404 201 201 201
GET   /api/v1/interactions/{contact}                            401 200 404 200 200 200
GET   /api/v1/promises                                          401 200 200 200 200 200
POST  /api/v1/promises promise                                  401 201 404 201 201 201
GET   /api/v1/promises/{promise}                                401 200 404 200 200 200
POST  /api/v1/promises/{promise}/keep                           401 200 404 200 200 200
POST  /api/v1/promises/{promise}/renegotiate later              401 201 404 403 201 201
POST  /api/v1/promises/{promise}/withdraw                       401 200 404 403 200 200
GET   /api/v1/events                                            401 200 200 200 200 200
POST  /api/v1/events/{event}/dismiss reason                     401 200 404 403 200 200
GET   /api/v1/service-models                                    401 200 200 200 200 200
POST  /api/v1/service-models model                              401 403 403 403 201 201
GET   /api/v1/service-models/{model}                            401 200 200 200 200 200
GET   /api/v1/service-models/{model}/versions                   401 200 200 200 200 200
GET   /api/v1/service-models/{model}/preview                    401 403 403 403 200 200
POST  /api/v1/service-models/{draft}/activate activation        401 403 403 403 403 200
POST  /api/v1/service-models/{model}/put-back                   401 403 403 403 403 200
GET   /api/v1/agenda?user=ana                                   401 200 404 404 200 200
GET   /api/v1/products                                          401 403 403 403 200 200
POST  /api/v1/products product                                  401 403 403 403 403 201
GET   /api/v1/products/{product}                                401 403 403 403 200 200
PATCH /api/v1/products/{product} product_name                   401 403 403 403 403 200
GET   /api/v1/products/{product}/terms                          401 403 403 403 200 200
POST  /api/v1/products/{product}/terms terms                    401 403 403 403 403 201
POST  /api/v1/products/terms/{terms}/withdraw                   401 403 403 403 403 200
GET   /api/v1/currencies/rates                                  401 403 403 403 200 200
POST  /api/v1/currencies/rates rate                             401 403 403 403 403 201
GET   /api/v1/currencies/rates/{rate}                           401 403 403 403 200 200
PATCH /api/v1/currencies/rates/{rate} corrected                 401 403 403 403 403 200
GET   /api/v1/imports                                           401 403 403 403 403 200
POST  /api/v1/imports                                           401 422 422 422 422 422
GET   /api/v1/imports/{upload}                                  401 403 403 403 403 200
GET   /api/v1/imports/{loading}/refused                         401 403 403 403 403 200
POST  /api/v1/imports/{loading}/undo                            401 403 403 403 403 200
GET   /api/v1/portfolio                                         401 200 200 403 200 200
GET   /api/v1/portfolio?adviser=ana                             401 200 404 403 200 200
GET   /api/v1/portfolio/distribution                            401 200 200 403 200 200
GET   /api/v1/overrides                                         401 200 200 200 200 200
POST  /api/v1/overrides override                                401 403 404 403 201 201
DELETE /api/v1/overrides/{override}                             401 403 404 403 200 200
GET   /api/v1/saved-views                                       401 200 200 200 200 200
POST  /api/v1/saved-views saved                                 401 201 201 201 201 201
GET   /api/v1/saved-views/{view}                                401 200 404 404 404 404
PATCH /api/v1/saved-views/{view} name                           401 200 404 404 404 404
DELETE /api/v1/saved-views/{view}                               401 200 404 404 404 404
GET   /api/v1/access-grants/search?search=rosa                  401 200 200 200 200 200
GET   /api/v1/access-grants                                     401 200 200 200 200 200
POST  /api/v1/access-grants reasoned                            401 422 201 422 422 422
GET   /api/v1/access-grants/{grant}                             401 200 404 404 200 200
POST  /api/v1/access-grants/{grant}/end                         401 404 404 404 200 200
GET   /api/v1/tier-policies                                     401 200 200 200 200 200
POST  /api/v1/tier-policies policy                              401 403 403 403 403 201
GET   /api/v1/agenda-policies                                   401 403 403 403 403 200
POST  /api/v1/agenda-policies believed                          401 403 403 403 403 201
POST  /api/v1/agenda-policies/{coming_policy}/take-back         401 403 403 403 403 200
GET   /api/v1/settings                                          401 403 403 403 200 200
GET   /api/v1/settings/desk.goal                                401 403 403 403 200 200
GET   /api/v1/settings/desk.goal/history                        401 403 403 403 200 200
PATCH /api/v1/settings/desk.goal figure                         401 403 403 403 403 200
POST  /api/v1/settings/rulings/{ruling}/take-back               401 404 404 404 403 200
GET   /api/v1/institution                                       401 200 200 200 200 200
PATCH /api/v1/institution renamed                               401 403 403 403 403 200
GET   /api/v1/jobs                                              401 403 403 403 403 200
GET   /api/v1/jobs/errand-{errand}                              401 403 403 403 403 200
POST  /api/v1/jobs/errand-{errand}/retry                        401 403 403 403 403 200
POST  /api/v1/jobs/errand-{errand}/give-up reason               401 403 403 403 403 200
GET   /api/v1/tokens                                            401 403 403 403 403 200
DELETE /api/v1/tokens/{token}                                   401 403 404 403 403 200
GET   /api/v1/audit                                             401 403 403 403 403 200
GET   /api/v1/audit?since=yesterday                             401 422 422 422 422 422
GET   /api/v1/audit/{happening}                                 401 403 403 403 403 200
GET   /api/v1/staff                                             401 200 200 200 200 200
GET   /api/v1/branches                                          401 200 200 200 200 200
GET   /api/v1/absences                                          401 200 200 200 200 200
POST  /api/v1/absences absence                                  401 403 403 403 201 201
GET   /api/v1/absences/{absence}                                401 200 404 200 200 200
PATCH /api/v1/absences/{absence} longer                         401 403 403 403 200 200
POST  /api/v1/absences/{absence}/cancel                         401 403 403 403 200 200
GET   /api/v1/appointments                                      401 200 200 200 200 200
POST  /api/v1/appointments appointment                          401 403 403 403 201 201
GET   /api/v1/appointments/{appointment}                        401 200 404 200 200 200
POST  /api/v1/appointments/{appointment}/cancel                 401 403 403 403 200 200

GET   /                                                         302 302 302 302 302 302
GET   /mi-dia                                                   302 200 200 403 200 200
GET   /mi-dia/plan                                              302 200 200 403 200 200
POST  /mi-dia/replanificar                                      302 302 302 403 302 302
GET   /mi-dia/contactos/{item}/cuenta                           302 200 404 403 200 200
GET   /mi-dia/contactos/{item}/menu                             302 200 404 403 404 404
POST  /mi-dia/contactos/{item}/empezar                          302 302 404 403 404 404
POST  /mi-dia/contactos/{item}/fijar                            302 302 404 403 404 404
POST  /mi-dia/contactos/{item}/soltar                           302 302 404 403 404 404
POST  /mi-dia/sin-lugar/{unplaced}/colocar                      302 302 404 403 404 404
GET   /buscar?q=rosa                                            302 200 200 200 200 200
GET   /clientes                                                 302 200 200 200 200 200
GET   /clientes/accesos                                         302 200 200 200 200 200
POST  /clientes/accesos/{grant}/terminar                        302 404 404 404 302 302
GET   /clientes/traspasar?client={rosa}                         302 200 404 403 200 200
GET   /clientes/lista?client={rosa}                             302 200 404 200 200 200
GET   /clientes/{rosa}/acceso?q=rosa                            302 302 200 302 302 302
GET   /cartera                                                  302 200 200 403 200 200
GET   /cartera/politica                                         302 200 200 403 200 200
GET   /cartera/clientes/{rosa}/nivel                            302 200 404 403 200 200
POST  /cartera/clientes/{rosa}/nivel override                   302 403 404 403 302 302
GET   /cartera/excepciones                                      302 403 403 403 200 200
GET   /cartera/excepciones/{override}/renovar                   302 403 403 403 200 200
POST  /cartera/excepciones/{override}/dejar                     302 403 403 403 302 302
GET   /exportar/clientes.csv                                    302 200 200 200 200 200
GET   /exportar/cartera.xlsx                                    302 200 200 403 200 200
GET   /exportar/compromisos.csv?client={rosa}                   302 200 404 200 200 200
GET   /exportar/contactos.csv                                   302 200 200 200 200 200
GET   /exportar/eventos.csv                                     302 200 200 200 200 200
GET   /exportar/equipo.csv                                      302 403 403 403 200 200
GET   /exportar/excepciones.csv                                 302 403 403 403 200 200
GET   /exportar/accesos.csv                                     302 200 200 200 200 200
GET   /exportar/rechazadas.csv?carga={import}                   302 403 403 403 403 200
GET   /exportar/auditoria.csv                                   302 403 403 403 403 200
GET   /listas/guardar                                           302 200 200 200 200 200
POST  /listas/{view}/quitar                                     302 302 404 404 404 404
GET   /clientes/nuevo                                           302 200 200 403 200 200
GET   /clientes/{rosa}                                          302 200 404 200 200 200
GET   /clientes/{rosa}/historia                                 302 200 404 200 200 200
GET   /clientes/{rosa}/papeles                                  302 200 404 200 200 200
POST  /clientes/{rosa}/papeles                                  302 422 404 422 422 422
GET   /papeles/{paper}                                          302 200 404 200 200 200
GET   /papeles/{paper}/vista                                    302 200 404 200 200 200
POST  /papeles/{paper}/quitar                                   302 302 404 302 302 302
GET   /clientes/{rosa}/compromisos                              302 200 404 200 200 200
GET   /clientes/{rosa}/deseos                                   302 200 404 403 200 200
GET   /clientes/{rosa}/nivel                                    302 403 403 403 200 200
POST  /clientes/{rosa}/nivel/politica                           302 403 403 403 302 302
GET   /clientes/{rosa}/eventos/{event}                          302 200 404 403 200 200
POST  /clientes/{rosa}/eventos/{event}/descartar reason         302 302 404 403 302 302
POST  /clientes/parecidos client                                302 200 200 403 200 200
GET   /clientes/duplicados                                      302 403 403 403 200 200
POST  /clientes/duplicados/buscar                               302 403 403 403 302 302
POST  /clientes/duplicados/{pair}/distintas                     302 403 403 403 302 302
GET   /clientes/{rosa}/duplicados                               302 403 403 403 200 200
GET   /clientes/{rosa}/unir/{twin}                              302 403 403 403 200 200
POST  /clientes/{rosa}/unir/{twin}                              302 403 403 403 302 302
POST  /clientes/uniones/{merge}/separar                         302 403 403 403 302 302
GET   /equipo                                                   302 403 403 403 200 200
GET   /registrar?client={rosa}                                  302 200 404 200 200 200
POST  /registrar/cliente rosa                                   302 200 200 200 200 200
GET   /registrar/cumple?client={rosa}                           302 200 404 200 200 200
GET   /compromisos/nuevo?client={rosa}                          302 200 404 200 200 200
GET   /compromisos/{promise}/cumplir                            302 200 404 200 200 200
POST  /compromisos/{promise}/cumplir                            302 302 404 302 302 302
GET   /compromisos/{promise}/renegociar                         302 200 404 403 200 200
GET   /compromisos/{promise}/retirar                            302 200 404 403 200 200
POST  /deshacer/{happening}                                     302 302 404 404 404 404
GET   /eventos                                                  302 200 200 403 200 200
GET   /modelos/                                                 302 200 200 200 200 200
GET   /modelos/{model}                                          302 200 200 200 200 200
GET   /modelos/nuevo                                            302 403 403 403 200 200
POST  /modelos/dibujo                                           302 403 403 403 200 200
GET   /modelos/{draft}/editar                                   302 403 403 403 200 200
POST  /modelos/{model}/siguiente                                302 403 403 403 302 302
GET   /modelos/{draft}/prueba                                   302 403 403 403 200 200
POST  /modelos/{draft}/prueba                                   302 403 403 403 302 302
POST  /modelos/{draft}/activar activation                       302 403 403 403 403 302
POST  /modelos/{model}/volver                                   302 403 403 403 403 302
POST  /modelos/{draft}/descartar                                302 403 403 403 302 302
GET   /noches                                                   302 403 403 403 403 200
GET   /noches/{night}                                           302 403 403 403 403 200
POST  /noches/ejecutar                                          302 403 403 403 403 302
GET   /importaciones                                            302 403 403 403 403 200
GET   /importaciones/{import}                                   302 403 403 403 403 200
GET   /importaciones/{import}/rechazadas.csv                    302 403 403 403 403 200
GET   /importaciones/nueva                                      302 403 403 403 403 200
POST  /importaciones/nueva                                      302 403 403 403 403 422
GET   /importaciones/subidas/{upload}                           302 403 403 403 403 200
POST  /importaciones/subidas/{upload}/columnas keep             302 403 403 403 403 302
POST  /importaciones/subidas/{upload}/con-receta recipe         302 403 403 403 403 302
POST  /importaciones/subidas/{upload}/cargar                    302 403 403 403 403 302
POST  /importaciones/subidas/{loading}/detener                  302 403 403 403 403 302
POST  /importaciones/subidas/{upload}/descartar                 302 403 403 403 403 302
POST  /importaciones/subidas/{upload}/receta name               302 403 403 403 403 302
GET   /importaciones/{import}/filas/{row}                       302 403 403 403 403 200
POST  /importaciones/{import}/filas/{row}/descartar reason      302 403 403 403 403 302
POST  /importaciones/{import}/corregidas                        302 403 403 403 403 422
POST  /importaciones/{import}/deshacer                          302 403 403 403 403 302
GET   /cuenta/tokens                                            302 200 200 200 200 200
POST  /cuenta/tokens token                                      302 200 200 200 200 200
POST  /cuenta/tokens/{token}/revocar                            302 302 404 404 404 404
GET   /administracion/tokens                                    302 403 403 403 403 200
GET   /administracion/tokens/{token}/revocar                    302 403 403 403 403 200
POST  /administracion/tokens/{token}/revocar reason             302 403 403 403 403 302
GET   /administracion/institucion                               302 403 403 403 403 200
GET   /administracion/agenda                                    302 403 403 403 403 200
GET   /administracion/agenda/prueba/{policy_trial}              302 403 403 403 403 200
POST  /administracion/agenda/{coming_policy}/retirar            302 403 403 403 403 302
GET   /administracion/reglas                                    302 403 403 403 200 200
GET   /administracion/reglas/metas                              302 403 403 403 200 200
GET   /administracion/reglas/metas/desk.goal                    302 403 403 403 200 200
POST  /administracion/reglas/metas/desk.goal typed_figure       302 403 403 403 403 302
POST  /administracion/reglas/retirar/{ruling}                   302 403 403 403 403 302
GET   /administracion/trabajos                                  302 403 403 403 403 200
GET   /administracion/trabajos/errand-{errand}                  302 403 403 403 403 200
POST  /administracion/trabajos/errand-{errand}/repetir          302 403 403 403 403 302
POST  /administracion/trabajos/errand-{errand}/dejar reason     302 403 403 403 403 302
GET   /administracion/instalacion                               302 403 403 403 403 200
GET   /administracion/webhooks                                  302 403 403 403 403 200
GET   /administracion/webhooks/nuevo                            302 403 403 403 403 200
POST  /administracion/webhooks/nuevo webhook                    302 403 403 403 403 200
GET   /administracion/webhooks/{webhook}                        302 403 403 403 403 200
GET   /administracion/webhooks/{webhook}/cambiar                302 403 403 403 403 200
POST  /administracion/webhooks/{webhook}/pausar                 302 403 403 403 403 302
POST  /administracion/webhooks/{paused}/reanudar                302 403 403 403 403 302
POST  /administracion/webhooks/{webhook}/secreto                302 403 403 403 403 200
POST  /administracion/webhooks/{webhook}/probar                 302 403 403 403 403 302
GET   /administracion/webhooks/{webhook}/envios/{delivery}      302 403 403 403 403 200
POST  /administracion/webhooks/{webhook}/envios/{delivery}/repetir 302 403 403 403 403 302
GET   /clientes/{rosa}/corregir                                 302 200 404 403 200 200
GET   /administracion                                           302 403 403 403 200 200
GET   /administracion/niveles                                   302 403 403 403 403 200
POST  /administracion/niveles                                   302 403 403 403 403 422
POST  /administracion/niveles/prueba                            302 403 403 403 403 200
GET   /administracion/auditoria                                 302 403 403 403 403 200
GET   /administracion/auditoria?cliente=C-1&que=client.correct  302 403 403 403 403 200
GET   /administracion/auditoria?desde=ayer                      302 403 403 403 403 422
GET   /administracion/auditoria/{happening}                     302 403 403 403 403 200
GET   /administracion/personas                                  302 403 403 403 200 200
GET   /administracion/personas/nueva                            302 403 403 403 403 200
GET   /administracion/personas/{carla}                          302 403 403 403 200 200
GET   /administracion/personas/{carla}/desactivar               302 403 403 403 403 200
POST  /administracion/personas/{carla}/activar                  302 403 403 403 403 302
POST  /administracion/personas/{carla}/invitar email            302 403 403 403 403 302
GET   /administracion/personas/{carla}/horario                  302 403 403 403 200 200
POST  /administracion/invitaciones/{invitation}/retirar         302 403 403 403 403 302
GET   /administracion/permisos                                  302 403 403 403 403 200
POST  /administracion/permisos/cambiar permission               302 403 403 403 403 302
GET   /administracion/agencias                                  302 403 403 403 200 200
GET   /administracion/agencias/nueva                            302 403 403 403 403 200
GET   /administracion/agencias/{centro}                         302 403 403 403 200 200
POST  /administracion/agencias/{empty}/cerrar                   302 403 403 403 403 302
POST  /administracion/agencias/{empty}/abrir                    302 403 403 403 403 302
GET   /administracion/agencias/{centro}/horario                 302 403 403 403 200 200
GET   /administracion/ausencias                                 302 403 403 403 200 200
GET   /administracion/ausencias/nueva                           302 403 403 403 200 200
GET   /administracion/ausencias/{absence}                       302 403 403 403 200 200
POST  /administracion/ausencias/{absence}/cancelar              302 403 403 403 302 302
GET   /administracion/citas                                     302 403 403 403 200 200
GET   /administracion/citas/nueva                               302 403 403 403 200 200
GET   /administracion/citas/{appointment}                       302 403 403 403 200 200
POST  /administracion/citas/{appointment}/cancelar              302 403 403 403 302 302
GET   /administracion/productos                                 302 403 403 403 200 200
GET   /administracion/productos/nuevo                           302 403 403 403 403 200
GET   /administracion/productos/{product}                       302 403 403 403 200 200
POST  /administracion/productos/{product}/retirar               302 403 403 403 403 302
POST  /administracion/productos/{product}/ofrecer               302 403 403 403 403 302
GET   /administracion/productos/{product}/condiciones           302 403 403 403 403 200
POST  /administracion/productos/{product}/condiciones/efecto    302 403 403 403 403 200
POST  /administracion/condiciones/{terms}/retirar               302 403 403 403 403 302
GET   /administracion/monedas                                   302 403 403 403 200 200
GET   /administracion/monedas/nuevo                             302 403 403 403 403 200
GET   /administracion/monedas/archivo                           302 403 403 403 403 200
GET   /administracion/monedas/tipos/{rate}                      302 403 403 403 403 200
GET   /administracion/monedas/EUR                               302 403 403 403 200 200
GET   /administracion/feriados                                  302 403 403 403 200 200
GET   /administracion/feriados/nuevo                            302 403 403 403 403 200
POST  /administracion/feriados/{day_off}/quitar                 302 403 403 403 403 302
GET   /calendario                                               302 200 200 200 200 200
POST  /calendario/{feed}/leer                                   302 302 404 404 404 404
POST  /calendario/{feed}/quitar                                 302 302 404 404 404 404
POST  /calendario/compartir detail                              302 200 200 200 200 200
POST  /calendario/enlaces/{link}/revocar                        302 302 404 404 404 404
GET   /invitacion/{invited}                                     200 200 200 200 200 200
GET   /invitacion/made-up                                       404 404 404 404 404 404
GET   /agenda/{secret}.ics                                      200 200 200 200 200 200
GET   /agenda/made-up.ics                                       404 404 404 404 404 404
GET   /componentes                                              404 404 404 404 404 200

GET   /ingreso                                                  200 302 302 302 302 302
POST  /salir                                                    302 302 302 302 302 302
GET   /ingreso/clave                                            200 200 200 200 200 200
GET   /ingreso/clave/enviada                                    200 200 200 200 200 200
GET   /ingreso/clave/used/link                                  200 200 200 200 200 200
GET   /ingreso/clave/cambiada                                   200 200 200 200 200 200
POST  /idioma/setlang/ language                                 302 302 302 302 302 302
"""

BODIES: dict[str, Any] = {
    "figure": {"value": 950_000, "reason": "Fewer promises"},
    "typed_figure": {"after": 2, "value": "95", "effective_from": TODAY.isoformat(), "reason": "Fewer promises"},
    "renamed": {"version": 1, "name": "Banco del Páramo", "reason": "By law"},
    "believed": {"priors": {"spacing_days": 5}, "effective_from": TODAY.isoformat(), "reason": "More peace"},
    "policy": {
        "thresholds": {tier: {"assets_minor": 1000} for tier in "ABC"},
        "effective_from": TODAY.isoformat(),
        "reason": "Fewer in the middle",
    },
    "product": {"key": "plazo", "name": "Plazo", "line": "deposit", "currency": "USD"},
    "product_name": {"version": 1, "name": "Otro nombre"},
    "terms": {"from_day": "2026-08-01", "margin_ppm": 1, "reason": "Comité"},
    "rate": {"currency": "GBP", "from_day": "2026-06-01", "rate": "1.27"},
    "corrected": {"version": 1, "rate": "1.09", "reason": "Una errata"},
    "client": {"given_name": "Luis", "surname": "Páez"},
    "correction": {"version": 1, "sector": "Salud"},
    "contact": {"client": "{rosa}", "channel": "phone"},
    "promise": {"client": "{rosa}", "what": "Llamar", "due_at": "2026-06-19T15:00:00Z"},
    "point": {"kind": "email", "value": "rosa@example.com"},
    "retired": {"dead": True},
    "token": {"label": "Core", "scopes": "read", "days": "30"},
    "webhook": {"label": "Core", "url": "https://core.example.com/", "kinds": "promise.keep"},
    "rosa": {"q": "rosa"},
    "language": {"language": "en"},
    "twin": {"other": "{twin}"},
    "reason": {"reason": "Ya renovó"},
    "keep": {"do": "keep"},
    "recipe": {"recipe": "{recipe}"},
    "name": {"name": "Core"},
    "model": {
        "name": "Notarías",
        "touchpoints": [{"name": "Llamada", "channel": "phone", "minutes": 15, "times_a_year": 4}],
    },
    "activation": {"from_day": "2026-07-01"},
    "email": {"email": "carla@paramo.example"},
    "permission": {"role": "agent", "name": "client.correct", "given": "1"},
    "detail": {"detail": "initials"},
    "override": {"client": "{rosa}", "tier": "B", "reason": "x", "expires_on": "2026-12-31"},
    "saved": {"screen": "clients", "name": "Los míos", "query": "nivel=A"},
    "reasoned": {"client": "{rosa}", "occasion": "called", "purpose": "x", "until_at": "2026-06-16T20:00:00Z"},
    "absence": {"staff": "ana", "first_day": "2026-07-01", "last_day": "2026-07-03", "kind": "course"},
    "longer": {"version": 1, "last_day": "2026-06-18"},
    "appointment": {
        "staff": "ana",
        "starts_at": "2026-06-19T15:00:00Z",
        "ends_at": "2026-06-19T16:00:00Z",
        "title": "Comité",
    },
    "later": {"new_due_at": "2026-06-26T15:00:00Z", "reason": "Viaja"},
}

TWIN: dict[str, Any] = {"kind": "person", "name": "Rosa Cordero", "search": "cordero rosa", "since": TODAY}
WITHOUT_A_LINE = {"api/v1/": "names the root of the API for the framework, and answers 404"}


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the table."""

    method: str
    address: str
    body: str
    statuses: tuple[int, ...]

    @property
    def name(self) -> str:
        return f"{self.method} {self.address}"

    @property
    def path(self) -> str:
        return re.sub(r"\{\w+\}", "1", self.address).partition("?")[0]


def lines() -> list[Line]:
    """The table, parsed: a line with the wrong number of columns is a mistake here, not a pass."""
    found = []
    for text in filter(None, map(str.strip, TABLE.strip().splitlines()[1:])):
        method, address, *rest = text.split()
        body, statuses = ("", rest) if len(rest) == len(WHO) else (rest[0], rest[1:])
        assert len(statuses) == len(WHO), text
        found.append(Line(method, address, body, tuple(map(int, statuses))))
    return found


@pytest.fixture
def people(ana: Actor, beto: Actor, gina: Actor, mara: Actor, ada: Actor) -> dict[str, Actor]:
    return {"ana": ana, "beto": beto, "gina": gina, "mara": mara, "ada": ada}


def planned(rosa: Client) -> tuple[PlanItem, Unplaced]:
    """A plan of Rosa's adviser: a contact with her tomorrow, and another that found no place the day after."""
    tomorrow, later = NOW + timedelta(days=1), NOW + timedelta(days=2)
    plan = given(
        Plan,
        staff=rosa.adviser,
        from_day=NOW.date(),
        until_day=later.date(),
        solved_at=NOW,
        value_minor=1,
        bound_minor=1,
        gap_ppm=0,
    )
    about = {"client": rosa, "plan": plan, "minutes": 15, "channel": "phone"}
    item = given(PlanItem, **about, day=tomorrow.date(), part="morning", place=1, starts_at=tomorrow, value_minor=1)
    repair = {"kind": "another_day", "why": "no_room", "saves": 1, "day": str(later.date()), "part": "morning"}
    return item, given(Unplaced, **about, due_on=later.date(), cost_minor=1, repair=repair)


def imported(ana: Actor, run: Run) -> dict[str, str]:
    """An upload that was tried, another whose load is under way, a saved recipe, and a refused row of a load."""
    by = Staff.objects.get(pk=ana.id)
    proposal = Proposal((), "core", TODAY).as_json()
    trial = {"seconds": 1, "entities": {}, "refused": [], "total_refused": 0, "to_load": 0}
    upload = given(Upload, by=by, at=NOW, state="tried", proposal=proposal, recipe_text="# x", trial=trial)
    loading = given(Upload, by=by, at=NOW, state="loading", run=run)
    Run.objects.filter(pk=run.pk).update(state=Run.State.DONE, started_at=datetime.now(UTC))
    Trace.objects.create(run=run, table="clients.client", created=b"", before=b"")
    return {
        "upload": str(upload.pk),
        "loading": str(loading.pk),
        "recipe": str(given(SavedRecipe, name="Core", text="# y", by=by).pk),
        "row": str(SourceRow.objects.create(run=run, file="a.csv", line=2).pk),
    }


def of_the_institution() -> dict[str, str]:
    """A figure and a policy that are set for tomorrow, a policy that is tried, and a job that waits."""
    tomorrow = TODAY + timedelta(days=1)
    coming = set_agenda_policy(actor=SET_UP, priors={}, effective_from=tomorrow, reason="test")
    errand = Errand.objects.filter(done_at__isnull=True).first()
    assert errand is not None
    return {
        "ruling": str(ruled(GOAL, 900_000, since=tomorrow).pk),
        "coming_policy": str(coming.pk),
        "policy_trial": str(given(PolicyTrial, asked_at=NOW).pk),
        "errand": str(errand.pk),
    }


def a_paper(ana: Actor, rosa: Client) -> str:
    """A paper of Rosa's, with its preview."""
    (paper,) = file_away(actor=ana, client=rosa, offered=[Offered("Contrato.pdf", 9, BytesIO(b"%PDF-1.7\n"))])
    store.put_preview(rosa.pk, paper.digest, BytesIO(b"picture"))
    return str(tell_preview(actor=SET_UP, document=paper, drawn=True).pk)


def of_people(rosa: Client) -> dict[str, str]:
    """A colleague of Ana's who was invited, and Ana's own absence, meeting and calendars."""
    ana, centro = rosa.adviser, rosa.branch
    carla = given(Staff, key="carla", name="Carla Peña", role="adviser", branch=centro)
    empty = team.open_branch(actor=SET_UP, key="nueva", name="Agencia Nueva", parent=centro)
    invitation = invite(actor=SET_UP, staff=carla, email="carla@paramo.example")
    absence = team.plan_absence(actor=SET_UP, staff=ana, first_day=TODAY, last_day=TODAY, stand_in=carla)
    appointment = team.make_appointment(
        actor=SET_UP,
        staff=ana,
        starts_at=NOW + timedelta(days=1),
        ends_at=NOW + timedelta(days=1, hours=1),
        title="Comité",
    )
    shared = share(actor=SET_UP, staff=ana, detail=PlanLink.Detail.INITIALS)
    return {
        "carla": str(carla.pk),
        "centro": str(centro.pk),
        "empty": str(empty.pk),
        "invitation": str(invitation.pk),
        "invited": token_of(invitation),
        "absence": str(absence.pk),
        "appointment": str(appointment.pk),
        "day_off": str(add_day_off(actor=SET_UP, on=TODAY, name="Feria").pk),
        "feed": str(subscribe(actor=SET_UP, staff=ana, name="Otro", url="https://calendar.example/x.ics").pk),
        "link": str(shared.link.pk),
        "secret": shared.secret,
    }


@pytest.fixture
def things(ana: Actor, rosa: Client, settings: Any) -> dict[str, str]:
    """What the addresses speak of: `{rosa}`, `{promise}`, … No worker works: what is asked for is not done."""
    settings.CARTERA_JOBS = "off"
    promise = promises.make(actor=ana, client=rosa, what="Propuesta escrita", due_at=NOW + timedelta(days=3))
    runs = {
        kind: Run.objects.create(kind=kind, title=kind, started_at=NOW, asked_by="test", on_date=NOW.date())
        for kind in (Run.Kind.IMPORT, Run.Kind.NIGHT)
    }
    item, unplaced = planned(rosa)
    happening = promise.happening  # type: ignore[attr-defined]
    event = given(
        Event,
        client=rosa,
        kind=Event.Kind.MATURITY,
        cause_key="maturity:1",
        raised_on=TODAY,
        act_by=TODAY,
        expires_on=TODAY + timedelta(days=9),
        currency="USD",
    )
    twin, third = (given(Client, **{**TWIN, "key": key}, branch=rosa.branch, adviser=rosa.adviser) for key in "TU")
    pair = given(DuplicatePair, client=rosa, other=twin, probability_ppm=990_000, found_at=NOW)
    merge = merge_clients(actor=SET_UP, client=twin, other=third)
    tiers = {tier: {"assets_minor": 100} for tier in "ABC"}
    given(TierPolicy, number=1, effective_from=TODAY, thresholds=tiers, reason="test")
    call = ModelSpec((TouchpointSpec(Touch("Llamada", "phone", "touch", 15), 4),))
    add_model(actor=SET_UP, key="4", name="4", tiers="A", touchpoints=call, active_from=TODAY)
    draft = draft_model(actor=SET_UP, key="4", name="4", tiers="A", touchpoints=call)
    alone = add_model(actor=SET_UP, key="6", name="6", tiers="B", touchpoints=call, active_from=TODAY)
    until = TODAY + timedelta(days=30)
    hears = {"label": "Core", "url": "https://core.example.com/", "kinds": ["promise.keep"]}
    webhook, paused = (add_webhook(actor=SET_UP, **hears).webhook for _ in range(2))
    pause_webhook(actor=SET_UP, webhook=paused)
    override = given(TierOverride, client=rosa, tier="A", reason="x", by=rosa.adviser, from_day=TODAY, expires_on=until)
    view = save_view(actor=ana, screen=Screen.CLIENTS, name="Nivel A", query="nivel=A")
    carlos = hired("carlos", "Carlos Paz", Role.ADVISER, rosa.branch)
    grant = given(
        AccessGrant, client=rosa, staff=carlos, occasion="other", purpose="x", from_at=NOW, until_at=NOW + timedelta(1)
    )
    product = given(Product, key="ahorro", name="Ahorro", line="deposit", currency="USD")
    later = TODAY + timedelta(days=9)
    terms = given(ProductTerms, product=product, from_day=later, margin_ppm=1, fee_minor=0, reason="x")
    rate = given(CurrencyRate, currency="EUR", quote="USD", from_day=TODAY, rate_ppm=1_080_000)
    return {
        "product": str(product.pk),
        "terms": str(terms.pk),
        "rate": str(rate.pk),
        **imported(ana, runs[Run.Kind.IMPORT]),
        "point": str(given(ContactPoint, client=rosa, kind="phone", value="+593 99 123 4567", search="993").pk),
        "contact": str(register(actor=ana, client=rosa, channel="phone").pk),
        "token": str(issue_own_token(actor=ana, label="test").token.pk),
        "webhook": str(webhook.pk),
        "paused": str(paused.pk),
        "delivery": str(try_webhook(actor=SET_UP, webhook=webhook).pk),
        **of_people(rosa),
        **of_the_institution(),
        "paper": a_paper(ana, rosa),
        "rosa": str(rosa.pk),
        "promise": str(promise.pk),
        "item": str(item.pk),
        "unplaced": str(unplaced.pk),
        "event": str(event.pk),
        "override": str(override.pk),
        "view": str(view.pk),
        "grant": str(grant.pk),
        "happening": str(happening.pk),
        "model": str(alone.pk),
        "draft": str(draft.pk),
        "twin": str(twin.pk),
        "pair": str(pair.pk),
        "merge": str(merge.pk),
        "import": str(runs[Run.Kind.IMPORT].pk),
        "night": str(runs[Run.Kind.NIGHT].pk),
    }


@pytest.mark.parametrize("line", lines(), ids=lambda line: line.name)
@pytest.mark.django_db(databases="__all__")
def test_each_role_gets_what_the_table_says(line: Line, people: dict[str, Actor], things: dict[str, str]):
    assert dict(zip(WHO, line.statuses, strict=True)) == {who: _status(line, people.get(who), things) for who in WHO}, (
        line.name
    )


def _status(line: Line, actor: Actor | None, things: dict[str, str]) -> int:
    with transaction.atomic():
        try:
            browser = browser_of(actor, by_token=line.address.startswith("/api/"))
            sent = {"data": _filled(BODIES[line.body], things)} if line.body else {}
            if line.address.startswith("/api/") and line.method != "GET":
                sent = {"data": {}, **sent, "content_type": "application/json"}
            return getattr(browser, line.method.lower())(line.address.format(**things), **sent).status_code
        finally:
            transaction.set_rollback(True)


def browser_of(actor: Actor | None, *, by_token: bool) -> Browser:
    if actor is None:
        return Browser()
    staff = Staff.objects.select_related("sign_in").get(pk=actor.id)
    if by_token:
        secret = issue_token(actor=SET_UP, staff=staff, label="test").secret
        return Browser(headers={"Authorization": f"Bearer {secret}"})
    browser = Browser()
    browser.force_login(staff.sign_in)  # type: ignore[arg-type]
    return browser


def _filled(body: dict[str, Any], things: dict[str, str]) -> dict[str, Any]:
    return {name: value.format(**things) if isinstance(value, str) else value for name, value in body.items()}


class TestTheTable:
    def test_has_a_line_for_every_address(self):
        there = {resolve(line.path).route for line in lines()}
        missing = set(_routes(get_resolver())) - there - WITHOUT_A_LINE.keys()
        assert not missing, f"these addresses need a line in TABLE: {sorted(missing)}"

    def test_has_a_line_for_every_method_of_the_api(self):
        there = {(line.method, _shape(resolve(line.path).route)) for line in lines()}
        doors = {
            (method.upper(), _shape(path.lstrip("/")))
            for path, methods in api.get_openapi_schema()["paths"].items()
            for method in methods
        }
        assert doors <= there, f"these need a line in TABLE: {sorted(doors - there)}"

    @pytest.mark.parametrize("line", lines(), ids=lambda line: line.name)
    def test_has_no_line_for_an_address_that_is_gone(self, line: Line):
        try:
            resolve(line.path)
        except Resolver404:
            pytest.fail(f"{line.name} is no address any more: take its line out of TABLE")
        assert 405 not in line.statuses, f"{line.name}: the address does not answer this method"

    def test_excuses_only_addresses_that_are_there(self):
        assert set(_routes(get_resolver())) >= WITHOUT_A_LINE.keys()


def _routes(resolver: URLResolver, before: str = "") -> Iterator[str]:
    for pattern in resolver.url_patterns:
        route = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from _routes(pattern, route)
        elif isinstance(pattern, URLPattern):
            yield route


def _shape(route: str) -> str:
    """`clients/<int:client_id>` and `clients/{client_id}` are one."""
    return re.sub(r"[<{](?:\w+:)?\w+[>}]", "*", route)
