"""Pages that gather many rooms: Mi día, Cliente 360, Clientes, Equipo, Importaciones, Noches."""
