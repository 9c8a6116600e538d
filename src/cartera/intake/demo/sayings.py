"""What clients say, in their words as an adviser writes them down, by what the contact was for."""

from __future__ import annotations

from itertools import product

_RELATIVES = ("su hijo", "su hija", "su esposo", "su hermana", "su mamá", "su nieta")
_PLANS = (
    "comprar un departamento",
    "cambiar de carro",
    "arreglar la casa",
    "pagar la universidad",
    "abrir un segundo local",
    "viajar en agosto",
    "comprar un terreno en Challuabamba",
    "casarse en noviembre",
    "jubilarse el próximo año",
    "poner un consultorio",
)
_COMPANY_PLANS = (
    "ampliar la bodega",
    "comprar un camión",
    "contratar seis personas",
    "abrir un local en Azogues",
    "exportar por primera vez",
    "renovar la maquinaria",
    "importar antes de diciembre",
    "pagar a proveedores del exterior",
)
_MOODS = (
    "Tranquilo con sus saldos.",
    "Contento con la atención.",
    "Agradeció la llamada.",
    "Tenía prisa.",
    "Pidió que no lo llamemos en la tarde.",
    "Preguntó por las tasas.",
    "Comparó con otro banco.",
)


def _all(*parts: tuple[str, ...]) -> tuple[str, ...]:
    return tuple("".join(words) for words in product(*parts))


PERSON = {
    "touch": (
        *_all(("Quiere ",), _PLANS, (" con ", ". Lo ve junto a "), _RELATIVES, (".",)),
        *_MOODS,
        "Todo bien; está más tranquila desde que separamos el fondo de emergencia.",
        "Contó que se le termina el contrato de arriendo en marzo.",
        "Le preocupa que bajen las tasas; le expliqué el plazo.",
        "Está cuidando a su mamá, prefiere mensajes cortos.",
        "Vendió el carro y no sabe dónde poner el dinero.",
    ),
    "review": _all(
        ("Revisamos todo: ", "En la revisión: ", "Vimos sus cuentas. "),
        (
            "quiere más liquidez",
            "acepta pasar una parte al fondo",
            "prefiere no tocar nada",
            "pide comparar plazos",
            "quiere bajar su deuda",
        ),
        (".", " este año.", " hasta diciembre.", "; lo decide en casa."),
    ),
    "service": _all(
        (
            "Vio un cobro que no reconoce",
            "No le llega el estado de cuenta",
            "Se le bloqueó la clave",
            "Quiere cambiar su dirección",
            "No pudo transferir desde la app",
            "Pidió un certificado bancario",
            "La tarjeta no pasó en el supermercado",
        ),
        (".", " y lo necesita hoy.", "; es la segunda vez.", "; fue amable.", "; estaba apurado."),
    ),
    "renewal": _all(
        ("Quiere renovar ", "Renueva "),
        ("todo", "la mitad", "el capital y retirar los intereses", "a un año", "a noventa días"),
        (".", "; pidió mejor tasa.", "; comparó con una cooperativa.", " y dejar el resto a la vista."),
    ),
    "sale": _all(
        ("Le interesa ", "Preguntó por "),
        ("el seguro de vida", "el crédito hipotecario", "la Visa Oro", "el fondo mixto", "el seguro de salud"),
        (".", "; quiere pensarlo.", ", lo decide con la familia.", "; pidió números por escrito."),
    ),
    "welcome": (
        "Ya entró a la app.",
        "Activó la banca móvil con nuestra ayuda.",
        "Aún no entra a la banca móvil.",
        "Pidió que le expliquemos los costos.",
        "Vino recomendada, está contenta.",
        "Quiere domiciliar la luz y el agua.",
    ),
}
COMPANY = {
    "touch": (
        *_all(("Planean ", "Quieren "), _COMPANY_PLANS, (".", "; piden números.", "; deciden los socios.")),
        "Ventas flojas desde abril.",
        "Buen mes, van sobre el presupuesto.",
        "Cambió la contadora: hablar con la Sra. Nieves.",
        "Piden un solo interlocutor.",
    ),
    "review": _all(
        ("Revisamos liquidez y deuda: ", "En la revisión: "),
        (
            "les sobra caja hasta octubre",
            "quieren alargar el plazo",
            "les conviene cobrar en línea",
            "piden una línea rotativa",
        ),
        (".", "; lo presentan a la junta.", "; falta el balance firmado."),
    ),
    "service": _all(
        (
            "Un pago de nómina salió dos veces",
            "El lote de proveedores quedó retenido",
            "Necesitan una referencia bancaria",
            "Cambian de firma autorizada",
            "El punto de venta se desconecta",
            "Piden la tabla de amortización",
        ),
        (".", "; les urge.", "; es la segunda vez.", "; fueron claros."),
    ),
    "renewal": _all(
        ("Renuevan ", "Quieren renovar "),
        ("todo", "dos tercios", "a noventa días", "a un año"),
        (".", "; guardan el resto para la cosecha.", "; pidieron mejor tasa.", "; necesitan liquidez para aguinaldos."),
    ),
    "sale": _all(
        ("Les interesa ", "Preguntaron por "),
        ("cobros en línea", "la nómina con nosotros", "un crédito de capital de trabajo", "la Visa Empresas"),
        (".", "; piden cotización.", "; deciden en la junta.", "; comparan con otro banco."),
    ),
    "welcome": (
        "Ya cargaron la nómina.",
        "Falta registrar a dos firmas.",
        "Piden capacitación para la cajera.",
        "Todo listo para cobrar en línea.",
    ),
}
UPSET = (
    "«Siempre tengo que ser yo la que llama.»",
    "Molesto: nadie le devolvió la llamada.",
    "Dice que es la tercera vez que explica lo mismo.",
    "Está pensando en pasarse a otro banco.",
    "«Me dijeron el jueves y hoy es martes.»",
    "Pidió hablar con la jefa.",
)
KEPT = (
    "Le expliqué lo prometido; quedó conforme.",
    "Se lo enviamos como quedamos. Agradeció.",
    "Listo, era lo que necesitaba.",
    "Revisado con el cliente; sin pendientes.",
    "Confirmó que lo recibió.",
    "Quedó claro. Pidió lo mismo el próximo trimestre.",
)
LATE = (
    "Pedí disculpas por la demora; lo tomó bien.",
    "Llegó tarde, pero le sirvió.",
    "Se quejó de la espera. Resuelto.",
)

# What we promise in a contact: in words, channel (as in `wishes.CHANNELS`, -1 for any), minutes.
PROMISED = {
    "service": (
        ("Llamar para explicar el cobro", 3, 15),
        ("Enviar el certificado bancario", 1, 10),
        ("Confirmar que la solución quedó bien", 3, 10),
        ("Responder sobre el bloqueo de la tarjeta", 2, 10),
        ("Avisar cuando esté lista la firma", 2, 5),
    ),
    "sale": (
        ("Enviar la cotización", 1, 15),
        ("Llamar con los números del crédito", 3, 20),
        ("Presentar dos escenarios", 4, 30),
        ("Explicar el seguro en la agencia", 5, 40),
    ),
    "renewal": (
        ("Enviar una propuesta de renovación", 1, 20),
        ("Llamar con la mejor tasa", 3, 15),
        ("Confirmar las instrucciones de renovación", 3, 10),
    ),
    "review": (
        ("Enviar el resumen de la revisión", 1, 15),
        ("Llamar con la respuesta sobre el fondo", 3, 15),
        ("Reunirse para firmar los cambios", 5, 45),
    ),
}
OWED_BY_CLIENT = (
    "Enviar los tres últimos roles de pago",
    "Firmar la solicitud en la agencia",
    "Traer la cédula actualizada",
    "Enviar el balance firmado",
    "Decidir entre los dos plazos",
)
