"""Which page of the guide each screen is about: by its name, and by its room where it has none of its own."""

from __future__ import annotations

from collections.abc import Mapping

from cartera.desk.help import guide

TOPICS: Mapping[str, str] = {
    "desk:home": "",
    "desk:my_day": "tu-dia",
    "desk:plan": "tu-dia",
    "desk:account": "tu-dia#por-qué-va-primero",
    "desk:search": "el-cliente#encontrarlo",
    "desk:clients": "el-cliente#encontrarlo",
    "desk:new_client": "el-cliente",
    "desk:client": "el-cliente#leer-la-página",
    "desk:client_story": "el-cliente#leer-la-página",
    "desk:client_promises": "compromisos",
    "desk:client_wishes": "el-cliente",
    "desk:client_tier": "tu-equipo#cambiar-un-nivel",
    "desk:event_act": "modelos-de-servicio",
    "desk:correct_client": "el-cliente",
    "desk:access": "tu-cartera#un-cliente-que-no-es-tuyo",
    "desk:accesses": "tu-cartera#un-cliente-que-no-es-tuyo",
    "desk:hand_over": "tu-cartera#varios-clientes-a-la-vez",
    "desk:list_add": "tu-cartera#varios-clientes-a-la-vez",
    "desk:list_save": "tu-cartera#guardar-una-vista",
    "desk:portfolio": "tu-cartera#leer-mi-cartera",
    "desk:tier_policy": "tu-cartera#por-qué-un-cliente-está-en-su-nivel",
    "desk:portfolio_tier": "tu-cartera#por-qué-un-cliente-está-en-su-nivel",
    "desk:overrides": "tu-cartera#revisar-las-excepciones",
    "desk:override_renew": "tu-cartera#revisar-las-excepciones",
    "desk:team": "tu-equipo",
    "desk:nights": "administrar#la-noche-cada-noche",
    "desk:night": "administrar#la-noche-cada-noche",
    "desk:administration": "administrar#personas",
    "desk:agenda_policy": "administrar#lo-que-cree-la-agenda",
    "desk:agenda_trial": "administrar#lo-que-cree-la-agenda",
    "desk:jobs": "administrar#trabajos",
    "desk:job": "administrar#trabajos",
    "desk:give_up_job": "administrar#trabajos",
    "desk:deployment": "administrar#reglas-y-plazos",
    "desk:audit": "revision",
    "desk:audit_one": "revision",
    "desk:tiers": "tu-cartera#por-qué-un-cliente-está-en-su-nivel",
    "desk:tiers_trial": "tu-cartera#por-qué-un-cliente-está-en-su-nivel",
    "clients:": "el-cliente",
    "documents:": "el-cliente",
    "desk:components": "glosario",
    "interactions:": "registrar-un-contacto",
    "promises:": "compromisos",
    "promises:renegotiate": "compromisos",
    "events:": "modelos-de-servicio",
    "service:": "modelos-de-servicio",
    "service:edit": "modelos-de-servicio#escribir-la-siguiente-versión",
    "service:trial": "modelos-de-servicio#probar-con-el-equipo",
    "service:activate": "modelos-de-servicio#activar-desde-un-día",
    "intake:": "cargar-tus-datos",
    "intake:new": "cargar-tus-datos#traer-archivos",
    "intake:run": "cargar-tus-datos#corregir-lo-rechazado",
    "intake:mend": "cargar-tus-datos#corregir-lo-rechazado",
    "team:": "administrar#personas",
    "team:branches": "administrar#agencias-y-feriados",
    "team:branch": "administrar#agencias-y-feriados",
    "team:open_branch": "administrar#agencias-y-feriados",
    "team:absences": "administrar#horarios-ausencias-y-reemplazos",
    "team:absence": "administrar#horarios-ausencias-y-reemplazos",
    "team:plan_absence": "administrar#horarios-ausencias-y-reemplazos",
    "team:appointments": "administrar#horarios-ausencias-y-reemplazos",
    "team:appointment": "administrar#horarios-ausencias-y-reemplazos",
    "team:make_appointment": "administrar#horarios-ausencias-y-reemplazos",
    "team:person_hours": "administrar#horarios-ausencias-y-reemplazos",
    "team:branch_hours": "administrar#horarios-ausencias-y-reemplazos",
    "team:calendar": "administrar#calendarios",
    "team:share": "administrar#calendarios",
    "clock:": "administrar#agencias-y-feriados",
    "clock:institution": "administrar#la-institución",
    "rulebook:": "administrar#reglas-y-plazos",
    "products:": "administrar#productos-y-lo-que-ganan",
    "products:currencies": "administrar#monedas-y-tipos-de-cambio",
    "products:currency": "administrar#monedas-y-tipos-de-cambio",
    "products:set_rate": "administrar#monedas-y-tipos-de-cambio",
    "products:rate": "administrar#monedas-y-tipos-de-cambio",
    "products:load_rates": "administrar#monedas-y-tipos-de-cambio",
    "api_screens:": "conectar-otros-sistemas",
    "api_screens:tokens": "conectar-otros-sistemas#dar-un-token-a-un-programa",
    "api_screens:all_tokens": "administrar#tokens-de-todos",
    "api_screens:revoke_any_token": "administrar#tokens-de-todos",
    "api_screens:webhooks": "conectar-otros-sistemas#avisar-a-otro-sistema",
    "sign_in": "administrar#entrar",
}


def topic_of(screen: str) -> str | None:
    """What a screen is about, as `page#heading`; None when nobody said."""
    return TOPICS.get(screen, TOPICS.get(f"{screen.partition(':')[0]}:"))


def help_for(screen: str) -> str:
    """The address of the page about a screen, and the first page of the guide where there is none."""
    return url_of(topic_of(screen) or "")


def url_of(topic: str) -> str:
    """Where a topic, `page#heading`, is read."""
    name, _, anchor = topic.partition("#")
    url = guide.page(name).url
    return f"{url}#{anchor}" if anchor else url
