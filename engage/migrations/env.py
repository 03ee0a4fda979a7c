"""Alembic's entrance: the engine of our own store, and the tables of every domain."""

from alembic import context

import comments.kiosk.models
import comments.queue.models
import comments.surveys.models
import comments.written.models
import meetings.chairing.models
import meetings.disruption.models
import meetings.floor.models
import meetings.members.models
import meetings.minutes.models
import meetings.models
import meetings.motions.models
import transcripts.attribution.models
import transcripts.editing.models
import transcripts.fetching.models
import transcripts.models
import transcripts.vocabulary.models
import transcripts.withholding.models
from engage import db, people, record
from engage.sqlite import make_engine

TABLES = (
    comments.kiosk.models,
    comments.queue.models,
    comments.surveys.models,
    comments.written.models,
    meetings.chairing.models,
    meetings.disruption.models,
    meetings.floor.models,
    meetings.members.models,
    meetings.minutes.models,
    meetings.models,
    meetings.motions.models,
    transcripts.attribution.models,
    transcripts.editing.models,
    transcripts.fetching.models,
    transcripts.models,
    transcripts.vocabulary.models,
    transcripts.withholding.models,
    people,
    record,
)
"""Imported so that the metadata knows them."""

engine = make_engine(context.config.attributes["database"], write=True)
with engine.connect() as connection:
    context.configure(
        connection=connection,
        target_metadata=db.Base.metadata,
        render_as_batch=True,
        compare_type=False,
        user_module_prefix="db.",
    )
    with context.begin_transaction():
        context.run_migrations()
engine.dispose()
