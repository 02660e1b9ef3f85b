"""Runs the steps on the connection that `store.schemas` hands over; there is no alembic.ini and no offline mode."""

from alembic import context

from store.tables import metadata

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=metadata, transactional_ddl=True)
context.run_migrations()
