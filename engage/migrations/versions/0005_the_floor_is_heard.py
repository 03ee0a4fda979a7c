"""The floor is heard."""

import sqlalchemy as sa
from alembic import op

from engage import db

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "agreement",
        sa.Column("meeting_id", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("at", db.Moment(), nullable=False),
        sa.ForeignKeyConstraint(["meeting_id"], ["meeting.id"], name=op.f("fk_agreement_meeting_id_meeting")),
        sa.PrimaryKeyConstraint("meeting_id", "person", name=op.f("pk_agreement")),
    )
    op.create_table(
        "caption",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("meeting_id", sa.Text(), nullable=False),
        sa.Column("channel", sa.Integer(), nullable=False),
        sa.Column("start_at", db.Moment(), nullable=False),
        sa.Column("end_at", db.Moment(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("is_final", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["meeting_id"], ["meeting.id"], name=op.f("fk_caption_meeting_id_meeting")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_caption")),
    )
    with op.batch_alter_table("caption", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_caption_meeting_id"), ["meeting_id"], unique=False)

    op.create_table(
        "fetch",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("meeting_id", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=True),
        sa.Column("publishes_itself", sa.Boolean(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("told_at", db.Moment(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=True),
        sa.Column("error", sa.Text(), nullable=False),
        sa.Column("error_values", sa.JSON(), nullable=False),
        sa.Column("recording_id", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["meeting_id"], ["meeting.id"], name=op.f("fk_fetch_meeting_id_meeting")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fetch")),
    )
    with op.batch_alter_table("fetch", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_fetch_meeting_id"), ["meeting_id"], unique=False)

    op.create_table(
        "place",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("meeting_id", sa.Text(), nullable=False),
        sa.Column("channel", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("member_id", sa.Text(), nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("token", sa.Text(), nullable=False),
        sa.Column("is_open", sa.Boolean(), nullable=False),
        sa.Column("made_at", db.Moment(), nullable=False),
        sa.Column("ended_at", db.Moment(), nullable=True),
        sa.Column("salt", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["meeting_id"], ["meeting.id"], name=op.f("fk_place_meeting_id_meeting")),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_place_member_id_member")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_place")),
        sa.UniqueConstraint("token", name=op.f("uq_place_token")),
    )
    with op.batch_alter_table("place", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_place_meeting_id"), ["meeting_id"], unique=False)

    op.create_table(
        "track",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("meeting_id", sa.Text(), nullable=False),
        sa.Column("channel", sa.Integer(), nullable=False),
        sa.Column("starts_at", db.Moment(), nullable=False),
        sa.Column("duration_ms", sa.Integer(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["meeting_id"], ["meeting.id"], name=op.f("fk_track_meeting_id_meeting")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_track")),
        sa.UniqueConstraint("meeting_id", "channel", name=op.f("uq_track_meeting_id_channel")),
    )
    with op.batch_alter_table("track", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_track_meeting_id"), ["meeting_id"], unique=False)

    with op.batch_alter_table("meeting", schema=None) as batch_op:
        batch_op.add_column(sa.Column("carries_sound", sa.Boolean(), server_default="0", nullable=False))
        batch_op.add_column(sa.Column("is_hushed", sa.Boolean(), server_default="0", nullable=False))
        batch_op.add_column(sa.Column("has_captions", sa.Boolean(), server_default="1", nullable=False))
        batch_op.add_column(sa.Column("embed_url", sa.Text(), server_default="", nullable=False))
        batch_op.add_column(
            sa.Column("embed_is_conference", sa.Boolean(), server_default="0", nullable=False)
        )

    with op.batch_alter_table("recording", schema=None) as batch_op:
        batch_op.add_column(sa.Column("channels", sa.JSON(), server_default="[]", nullable=False))

    with op.batch_alter_table("request", schema=None) as batch_op:
        batch_op.add_column(sa.Column("words", sa.Text(), server_default="", nullable=False))

    with op.batch_alter_table("speaker", schema=None) as batch_op:
        batch_op.add_column(sa.Column("seat", sa.Text(), nullable=True))
        batch_op.add_column(sa.Column("seat_name", sa.Text(), server_default="", nullable=False))


def downgrade() -> None:
    with op.batch_alter_table("speaker", schema=None) as batch_op:
        batch_op.drop_column("seat_name")
        batch_op.drop_column("seat")

    with op.batch_alter_table("request", schema=None) as batch_op:
        batch_op.drop_column("words")

    with op.batch_alter_table("recording", schema=None) as batch_op:
        batch_op.drop_column("channels")

    with op.batch_alter_table("meeting", schema=None) as batch_op:
        batch_op.drop_column("embed_is_conference")
        batch_op.drop_column("embed_url")
        batch_op.drop_column("has_captions")
        batch_op.drop_column("is_hushed")
        batch_op.drop_column("carries_sound")

    with op.batch_alter_table("track", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_track_meeting_id"))

    op.drop_table("track")
    with op.batch_alter_table("place", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_place_meeting_id"))

    op.drop_table("place")
    with op.batch_alter_table("fetch", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_fetch_meeting_id"))

    op.drop_table("fetch")
    with op.batch_alter_table("caption", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_caption_meeting_id"))

    op.drop_table("caption")
    op.drop_table("agreement")
