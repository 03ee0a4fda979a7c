"""Transcripts people can trust."""

import sqlalchemy as sa
from alembic import op

from engage import db

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "glossary_term",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("term", sa.Text(), nullable=False),
        sa.Column("salt", sa.Text(), nullable=False),
        sa.Column("added_at", db.Moment(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_glossary_term")),
        sa.UniqueConstraint("term", name=op.f("uq_glossary_term_term")),
    )
    op.create_table(
        "edit",
        sa.Column("recording_id", sa.Text(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("line_id", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("at", db.Moment(), nullable=False),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.Column("after", sa.JSON(), nullable=False),
        sa.Column("undone_by", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["recording_id"], ["recording.id"], name=op.f("fk_edit_recording_id_recording")
        ),
        sa.PrimaryKeyConstraint("recording_id", "n", name=op.f("pk_edit")),
    )
    with op.batch_alter_table("edit", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_edit_line_id"), ["line_id"], unique=False)

    op.create_table(
        "speaker",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("meeting_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("participant_id", sa.Text(), nullable=True),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("same_as_id", sa.Text(), nullable=True),
        sa.Column("salt", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["meeting_id"], ["meeting.id"], name=op.f("fk_speaker_meeting_id_meeting")),
        sa.ForeignKeyConstraint(
            ["participant_id"], ["participant.id"], name=op.f("fk_speaker_participant_id_participant")
        ),
        sa.ForeignKeyConstraint(["same_as_id"], ["speaker.id"], name=op.f("fk_speaker_same_as_id_speaker")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_speaker")),
    )
    with op.batch_alter_table("speaker", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_speaker_meeting_id"), ["meeting_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_speaker_participant_id"), ["participant_id"], unique=False)

    op.create_table(
        "withheld_span",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("recording_id", sa.Text(), nullable=False),
        sa.Column("start_ms", sa.Integer(), nullable=False),
        sa.Column("end_ms", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("salt", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("at", db.Moment(), nullable=False),
        sa.Column("lifted_at", db.Moment(), nullable=True),
        sa.ForeignKeyConstraint(
            ["recording_id"], ["recording.id"], name=op.f("fk_withheld_span_recording_id_recording")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_withheld_span")),
    )
    with op.batch_alter_table("withheld_span", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_withheld_span_recording_id"), ["recording_id"], unique=False)

    op.execute(
        'INSERT INTO edit (recording_id, n, kind, line_id, "by", at, before, after)'
        " SELECT line.recording_id,"
        " row_number() OVER (PARTITION BY line.recording_id ORDER BY e.at, e.version),"
        " 'text', e.line_id, e.\"by\", e.at,"
        " json_array(json_object('id', e.line_id, 'text', e.text, 'version', e.version)), '[]'"
        " FROM line_edit e JOIN line ON line.id = e.line_id"
    )
    op.drop_table("line_edit")
    op.drop_table("heard_window")
    op.create_table(
        "heard_window",
        sa.Column("transcription_id", sa.Text(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("start_ms", sa.Integer(), nullable=False),
        sa.Column("end_ms", sa.Integer(), nullable=False),
        sa.Column("worker", sa.Text(), nullable=True),
        sa.Column("lease_until", db.Moment(), nullable=True),
        sa.Column("attempts", sa.Integer(), server_default="1", nullable=False),
        sa.Column("done_ms", sa.Integer(), server_default="0", nullable=False),
        sa.Column("segments", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("voices", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(
            ["transcription_id"],
            ["transcription.id"],
            name=op.f("fk_heard_window_transcription_id_transcription"),
        ),
        sa.PrimaryKeyConstraint("transcription_id", "n", name=op.f("pk_heard_window")),
    )
    op.execute("UPDATE transcription SET state = 'queued', done_ms = 0 WHERE state = 'running'")

    with op.batch_alter_table("line", schema=None) as batch_op:
        batch_op.add_column(sa.Column("language", sa.Text(), nullable=True))
        batch_op.add_column(sa.Column("translation", sa.Text(), server_default="", nullable=False))
        batch_op.add_column(sa.Column("speaker_id", sa.Text(), nullable=True))
        batch_op.add_column(sa.Column("is_named", sa.Boolean(), server_default="0", nullable=False))
        batch_op.add_column(sa.Column("is_continued", sa.Boolean(), server_default="0", nullable=False))
        batch_op.add_column(sa.Column("reviewed_at", db.Moment(), nullable=True))
        batch_op.add_column(sa.Column("heard", sa.Text(), nullable=True))
        batch_op.alter_column("confidence", nullable=True)
        batch_op.create_foreign_key(
            batch_op.f("fk_line_speaker_id_speaker"), "speaker", ["speaker_id"], ["id"]
        )

    with op.batch_alter_table("recording", schema=None) as batch_op:
        batch_op.add_column(sa.Column("made_at", db.Moment(), nullable=True))
        batch_op.add_column(sa.Column("anchors", sa.JSON(), server_default="[]", nullable=False))
        batch_op.add_column(sa.Column("clock_from", sa.Text(), server_default="", nullable=False))
        batch_op.add_column(sa.Column("voices", sa.JSON(), server_default="[]", nullable=False))
        batch_op.add_column(sa.Column("published_at", db.Moment(), nullable=True))
        batch_op.add_column(sa.Column("publishes_itself", sa.Boolean(), server_default="0", nullable=False))
        batch_op.add_column(sa.Column("edit_count", sa.Integer(), server_default="0", nullable=False))
        batch_op.add_column(sa.Column("cleared", sa.Text(), server_default="", nullable=False))
        batch_op.add_column(sa.Column("clearing_setbacks", sa.Integer(), server_default="0", nullable=False))

    with op.batch_alter_table("transcription", schema=None) as batch_op:
        batch_op.add_column(sa.Column("source", sa.Text(), server_default="whisper", nullable=False))
        batch_op.add_column(sa.Column("engine", sa.Text(), server_default="", nullable=False))
        batch_op.add_column(sa.Column("confidence", sa.Double(), nullable=True))
        batch_op.add_column(sa.Column("vocabulary", sa.JSON(none_as_null=True), nullable=True))
        batch_op.add_column(sa.Column("windows", sa.Integer(), nullable=True))
        batch_op.drop_column("attempt")
        batch_op.drop_column("lease_until")
        batch_op.drop_column("worker")

    op.execute(
        "UPDATE line SET heard = (SELECT json_extract(e.before, '$[0].text') FROM edit e"
        " WHERE e.line_id = line.id ORDER BY e.n LIMIT 1),"
        " reviewed_at = (SELECT max(e.at) FROM edit e WHERE e.line_id = line.id)"
    )
    op.execute(
        "UPDATE recording SET published_at = added_at,"
        " edit_count = (SELECT count(*) FROM edit e WHERE e.recording_id = recording.id)"
    )
    op.execute(
        "UPDATE recording SET clock_from = 'clerk', anchors = json_array(json_array(0, starts_at))"
        " WHERE starts_at IS NOT NULL"
    )


def downgrade() -> None:
    with op.batch_alter_table("transcription", schema=None) as batch_op:
        batch_op.add_column(sa.Column("worker", sa.TEXT(), nullable=True))
        batch_op.add_column(sa.Column("lease_until", sa.TEXT(), nullable=True))
        batch_op.add_column(sa.Column("attempt", sa.INTEGER(), nullable=False))
        batch_op.drop_column("windows")
        batch_op.drop_column("vocabulary")
        batch_op.drop_column("confidence")
        batch_op.drop_column("engine")
        batch_op.drop_column("source")

    with op.batch_alter_table("recording", schema=None) as batch_op:
        batch_op.drop_column("clearing_setbacks")
        batch_op.drop_column("cleared")
        batch_op.drop_column("edit_count")
        batch_op.drop_column("publishes_itself")
        batch_op.drop_column("published_at")
        batch_op.drop_column("voices")
        batch_op.drop_column("clock_from")
        batch_op.drop_column("anchors")
        batch_op.drop_column("made_at")

    with op.batch_alter_table("line", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_line_speaker_id_speaker"), type_="foreignkey")
        batch_op.alter_column("confidence", nullable=False)
        batch_op.drop_column("heard")
        batch_op.drop_column("reviewed_at")
        batch_op.drop_column("is_continued")
        batch_op.drop_column("is_named")
        batch_op.drop_column("speaker_id")
        batch_op.drop_column("translation")
        batch_op.drop_column("language")

    with op.batch_alter_table("heard_window", schema=None) as batch_op:
        batch_op.alter_column("segments", nullable=False)
        batch_op.drop_column("voices")
        batch_op.drop_column("done_ms")
        batch_op.drop_column("attempts")
        batch_op.drop_column("lease_until")
        batch_op.drop_column("worker")

    op.create_table(
        "line_edit",
        sa.Column("line_id", sa.TEXT(), nullable=False),
        sa.Column("version", sa.INTEGER(), nullable=False),
        sa.Column("text", sa.TEXT(), nullable=False),
        sa.Column("by", sa.TEXT(), nullable=False),
        sa.Column("at", sa.TEXT(), nullable=False),
        sa.ForeignKeyConstraint(["line_id"], ["line.id"], name=op.f("fk_line_edit_line_id_line")),
        sa.PrimaryKeyConstraint("line_id", "version", name=op.f("pk_line_edit")),
    )
    with op.batch_alter_table("withheld_span", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_withheld_span_recording_id"))

    op.drop_table("withheld_span")
    with op.batch_alter_table("speaker", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_speaker_participant_id"))
        batch_op.drop_index(batch_op.f("ix_speaker_meeting_id"))

    op.drop_table("speaker")
    with op.batch_alter_table("edit", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_edit_line_id"))

    op.drop_table("edit")
    op.drop_table("glossary_term")
