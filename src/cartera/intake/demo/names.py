"""What people and companies are called in Ecuador, the most frequent first."""

from __future__ import annotations

# fmt: off
WOMEN = (
    "María", "Rosa", "Ana", "Carmen", "Luz", "Blanca", "Gloria", "Martha", "Mercedes", "Diana", "Gabriela", "Verónica", "Mónica",
    "Sandra", "Patricia", "Andrea", "Daniela", "Jenny", "Mayra", "Paola", "Lorena", "Fernanda", "Silvia", "Cecilia", "Elena",
    "Narcisa", "Teresa", "Fanny", "Norma", "Susana", "Karina", "Johanna", "Viviana", "Sofía", "Camila", "Valentina", "Emilia",
    "Isabel", "Lucía", "Magdalena", "Esperanza", "Zoila", "Dolores", "Piedad", "Marcia", "Nelly", "Alexandra", "Cristina",
    "Ximena", "Ruth", "Inés", "Beatriz", "Alicia", "Hilda", "Tania", "Doménica", "Romina", "Nathaly", "Yolanda", "Aída",
)
WOMEN_SECOND = (
    "Elizabeth", "Isabel", "Alexandra", "Fernanda", "del Carmen", "Elena", "Cristina", "Gabriela", "Patricia", "Eugenia",
    "Lucía", "Beatriz", "del Rocío", "Augusta", "de Lourdes", "Belén", "José", "Soledad", "Elvira", "Leonor", "Victoria",
    "Estefanía", "Carolina", "Mercedes", "Cecilia", "Angélica", "Inés", "de los Ángeles", "Paulina", "Esther",
)
MEN = (
    "José", "Luis", "Carlos", "Juan", "Jorge", "Ángel", "Segundo", "Manuel", "Víctor", "Miguel", "Diego", "Pedro", "Marco",
    "Francisco", "Edison", "Wilson", "Freddy", "César", "Byron", "Darwin", "Cristian", "Andrés", "David", "Daniel", "Fernando",
    "Jaime", "Galo", "Hernán", "Patricio", "Rodrigo", "Xavier", "Esteban", "Fabián", "Mauricio", "Santiago", "Sebastián",
    "Mateo", "Alejandro", "Ricardo", "Raúl", "Julio", "Hugo", "Milton", "Washington", "Klever", "Stalin", "Homero", "Oswaldo",
    "Gonzalo", "Ramiro", "Iván", "Rubén", "Martín", "Joaquín", "Tomás", "Agustín", "Bolívar", "Fausto", "Rómulo", "Vicente",
)
MEN_SECOND = (
    "Antonio", "Fernando", "Alberto", "Eduardo", "Patricio", "Enrique", "Vinicio", "Xavier", "Alejandro", "Andrés", "Luis",
    "Iván", "Ernesto", "Gonzalo", "Rodrigo", "Javier", "Daniel", "Alfonso", "Leonardo", "Francisco", "Sebastián", "Efraín",
    "Gustavo", "Ramiro", "René", "Aníbal", "Israel", "Mauricio", "Esteban", "Marcelo",
)
SURNAMES = (
    "Sánchez", "García", "Rodríguez", "López", "González", "Morales", "Torres", "Castro", "Flores", "Pérez",
    "Castillo", "Jiménez",
    "Espinoza", "Reyes", "Guerrero", "Ramírez", "Suárez", "Gómez", "Ortiz", "Vargas", "Herrera", "Alvarado", "Romero", "Chávez",
    "Muñoz", "Salazar", "Cabrera", "Vásquez", "Jaramillo", "Palacios", "Maldonado", "Heredia", "Valdivieso", "Aguirre", "Peralta",
)
SURNAMES_OF = {
    "Sierra": (
        "Quishpe", "Paredes", "Andrade", "Cevallos", "Toapanta", "Chicaiza", "Caiza", "Villacís", "Proaño", "Terán", "Yépez",
        "Pilataxi", "Tipán", "Simbaña", "Endara", "Báez", "Almeida", "Albán", "Granda", "Guamán", "Falconí", "Freire", "Naranjo",
        "Cisneros", "Larrea", "Montúfar", "Guevara", "Viteri", "Tapia", "Cachiguango",
    ),
    "Costa": (
        "Zambrano", "Mendoza", "Vera", "Moreira", "Macías", "Cedeño", "Delgado", "Bravo", "Loor", "Intriago", "Solórzano",
        "Quimí", "Tomalá", "Yagual", "Plúas", "Arteaga", "Alcívar", "Chica", "Pincay", "Mero", "Briones", "Villamar", "Carvajal",
        "Santana", "Menéndez", "Holguín", "Panchana", "Baque", "Ponce", "Murillo",
    ),
    "Austro": (
        "Cordero", "Ochoa", "Ordóñez", "Vintimilla", "Crespo", "Pesántez", "Toral", "Coronel", "Malo", "Tamariz", "Moscoso",
        "Arízaga", "Larriva", "Merchán", "Idrovo", "Vélez", "Ulloa", "Córdova", "Pinos", "Sarmiento", "Íñiguez",
        "Peña", "Carrión",
        "Samaniego", "Ludeña", "Encalada", "Lituma", "Sinchi", "Quizhpi", "Tenesaca", "Astudillo", "Calle", "Abad", "Serrano",
    ),
}
OCCUPATIONS = (
    ("Empleada privada", "Empleado privado"), ("Comerciante", "Comerciante"), ("Docente", "Docente"),
    ("Servidora pública", "Servidor público"), ("Independiente", "Independiente"), ("Médica", "Médico"),
    ("Abogada", "Abogado"), ("Ingeniera", "Ingeniero"), ("Contadora", "Contador"), ("Arquitecta", "Arquitecto"),
    ("Agricultora", "Agricultor"), ("Artesana", "Artesano"), ("Enfermera", "Enfermero"), ("Odontóloga", "Odontólogo"),
    ("Transportista", "Transportista"), ("Consultora", "Consultor"),
)
STUDENT, RETIRED = "Estudiante", ("Jubilada", "Jubilado")

SECTORS = (
    "Comercio", "Servicios", "Manufactura", "Agroindustria", "Construcción", "Salud", "Transporte", "Turismo", "Educación",
    "Tecnología", "Acuicultura", "Floricultura",
)
TRADES = {
    "Comercio": ("Importadora", "Distribuidora", "Comercial", "Ferretería", "Almacenes", "Supermercado"),
    "Servicios": ("Servicios", "Asesores", "Seguridad", "Consultora", "Imprenta"),
    "Manufactura": ("Textiles", "Muebles", "Plásticos", "Confecciones", "Calzado", "Molinos", "Cerámicas"),
    "Agroindustria": ("Agrícola", "Lácteos", "Avícola", "Hacienda", "Cafetalera", "Bananera"),
    "Construcción": ("Constructora", "Inmobiliaria", "Hormigones", "Ingeniería"),
    "Salud": ("Clínica", "Farmacias", "Laboratorio", "Centro Médico", "Ópticas"),
    "Transporte": ("Transportes", "Logística", "Cooperativa de Transporte"),
    "Turismo": ("Hostería", "Hotel", "Operadora Turística", "Restaurante"),
    "Educación": ("Unidad Educativa", "Colegio", "Centro Infantil"),
    "Tecnología": ("Sistemas", "Soluciones", "Datos", "Redes"),
    "Acuicultura": ("Camaronera", "Empacadora", "Pesquera"),
    "Floricultura": ("Florícola", "Rosas", "Flores"),
}
PLACES_IN_NAMES = (
    "Tomebamba", "Yunguilla", "Chaullabamba", "del Sur", "del Pacífico", "Cotopaxi", "Chimborazo", "Cayambe",
    "Imbabura", "El Cajas",
    "San Blas", "San Sebastián", "La Colmena", "El Yunque", "Dos Chorreras", "Patamarca", "Pumapungo", "Yanuncay", "Tarqui",
    "Machángara", "Turubamba", "Iñaquito", "La Mariscal", "El Batán", "Los Chillos", "Los Ceibos", "Guayas", "Daule", "Salitre",
    "Manabí", "Jocay", "Los Esteros", "Ficoa", "Pelileo", "Otavalo", "Yahuarcocha", "Zamora", "Vilcabamba", "Catamayo", "Jubones",
    "Pasaje", "Puerto Bolívar", "Andina", "Austral", "Ecuatorial", "Equinoccial", "El Sol", "La Unión", "Santa Ana", "Santa Rosa",
    "San Francisco", "El Carmen", "La Merced", "Sangay", "Altar", "Antisana", "Quilotoa", "Galápagos", "Amazonas", "Nacional",
)
LEGAL_FORMS = ("Cía. Ltda.", "S. A.", "S. A. S.")
# fmt: on
