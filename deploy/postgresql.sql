-- Once, as the server's superuser: psql -f deploy/postgresql.sql
-- The role signs in over the local socket by the name of the system user (peer); give it a password for anything else.
CREATE ROLE cartera LOGIN;
CREATE DATABASE cartera OWNER cartera ENCODING 'UTF8' TEMPLATE template0;
\connect cartera
CREATE EXTENSION IF NOT EXISTS pg_trgm;
