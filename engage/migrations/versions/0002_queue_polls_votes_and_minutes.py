"""Queue, polls, votes and minutes."""

import sqlalchemy as sa
from alembic import op

from engage import db

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "speaking_rules",
        sa.Column("of", sa.Text(), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("of", name=op.f("pk_speaking_rules")),
    )
    op.create_table(
        "member",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("body_id", sa.Text(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("seat", sa.Text(), nullable=False),
        sa.Column("since", sa.Date(), nullable=True),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("is_chair", sa.Boolean(), nullable=False),
        sa.Column("is_voting", sa.Boolean(), nullable=False),
        sa.Column("account_id", sa.Text(), nullable=True),
        sa.Column("salt", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_member_account_id_account")),
        sa.ForeignKeyConstraint(["body_id"], ["body.id"], name=op.f("fk_member_body_id_body")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_member")),
    )
    with op.batch_alter_table("member", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_member_body_id"), ["body_id"], unique=False)

    op.create_table(
        "act",
        sa.Column("meeting_id", sa.Text(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("request_id", sa.Text(), nullable=True),
        sa.Column("at", db.Moment(), nullable=False),
        sa.Column("changes", sa.JSON(), nullable=False),
        sa.Column("is_undone", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["meeting_id"], ["meeting.id"], name=op.f("fk_act_meeting_id_meeting")),
        sa.PrimaryKeyConstraint("meeting_id", "seq", name=op.f("pk_act")),
    )
    op.create_table(
        "approved_minutes",
        sa.Column("meeting_id", sa.Text(), nullable=False),
        sa.Column("lang", sa.Text(), nullable=False),
        sa.Column("paper", sa.Text(), nullable=False),
        sa.Column("salt", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["meeting_id"], ["meeting.id"], name=op.f("fk_approved_minutes_meeting_id_meeting")
        ),
        sa.PrimaryKeyConstraint("meeting_id", "lang", name=op.f("pk_approved_minutes")),
    )
    op.create_table(
        "disruption",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("meeting_id", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("began_at", db.Moment(), nullable=False),
        sa.Column("ended_at", db.Moment(), nullable=True),
        sa.Column("ended_because", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["meeting_id"], ["meeting.id"], name=op.f("fk_disruption_meeting_id_meeting")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_disruption")),
    )
    with op.batch_alter_table("disruption", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_disruption_meeting_id"), ["meeting_id"], unique=False)

    op.create_table(
        "kiosk",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("meeting_id", sa.Text(), nullable=False),
        sa.Column("token", sa.Text(), nullable=False),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.Column("made_at", db.Moment(), nullable=False),
        sa.Column("ended_at", db.Moment(), nullable=True),
        sa.ForeignKeyConstraint(["made_by"], ["account.id"], name=op.f("fk_kiosk_made_by_account")),
        sa.ForeignKeyConstraint(["meeting_id"], ["meeting.id"], name=op.f("fk_kiosk_meeting_id_meeting")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_kiosk")),
        sa.UniqueConstraint("token", name=op.f("uq_kiosk_token")),
    )
    with op.batch_alter_table("kiosk", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_kiosk_meeting_id"), ["meeting_id"], unique=False)

    op.create_table(
        "minutes",
        sa.Column("meeting_id", sa.Text(), nullable=False),
        sa.Column("published_at", db.Moment(), nullable=False),
        sa.Column("approved_at", db.Moment(), nullable=True),
        sa.Column("approved_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["meeting_id"], ["meeting.id"], name=op.f("fk_minutes_meeting_id_meeting")),
        sa.PrimaryKeyConstraint("meeting_id", name=op.f("pk_minutes")),
    )
    op.create_table(
        "presence",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("meeting_id", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("at", db.Moment(), nullable=False),
        sa.ForeignKeyConstraint(["meeting_id"], ["meeting.id"], name=op.f("fk_presence_meeting_id_meeting")),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_presence_member_id_member")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_presence")),
        sa.UniqueConstraint("meeting_id", "number", name=op.f("uq_presence_meeting_id_number")),
    )
    op.create_table(
        "recess",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("meeting_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("began_at", db.Moment(), nullable=False),
        sa.Column("resumes_at", db.Moment(), nullable=True),
        sa.Column("ended_at", db.Moment(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("item_ids", sa.JSON(), nullable=False),
        sa.Column("report", sa.Text(), nullable=False),
        sa.Column("salt", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["meeting_id"], ["meeting.id"], name=op.f("fk_recess_meeting_id_meeting")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recess")),
    )
    with op.batch_alter_table("recess", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_recess_meeting_id"), ["meeting_id"], unique=False)

    op.create_table(
        "roll_call",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("meeting_id", sa.Text(), nullable=False),
        sa.Column("at", db.Moment(), nullable=False),
        sa.Column("seats", sa.Integer(), nullable=False),
        sa.Column("quorum", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["meeting_id"], ["meeting.id"], name=op.f("fk_roll_call_meeting_id_meeting")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_roll_call")),
    )
    with op.batch_alter_table("roll_call", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_roll_call_meeting_id"), ["meeting_id"], unique=False)

    op.create_table(
        "chair_note",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("meeting_id", sa.Text(), nullable=False),
        sa.Column("item_id", sa.Text(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["item_id"],
            ["agenda_item.id"],
            name=op.f("fk_chair_note_item_id_agenda_item"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["meeting_id"], ["meeting.id"], name=op.f("fk_chair_note_meeting_id_meeting")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_chair_note")),
    )
    with op.batch_alter_table("chair_note", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_chair_note_meeting_id"), ["meeting_id"], unique=False)

    op.create_table(
        "disruption_step",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("disruption_id", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("at", db.Moment(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("salt", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["disruption_id"], ["disruption.id"], name=op.f("fk_disruption_step_disruption_id_disruption")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_disruption_step")),
    )
    with op.batch_alter_table("disruption_step", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_disruption_step_disruption_id"), ["disruption_id"], unique=False)

    op.create_table(
        "minutes_note",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("meeting_id", sa.Text(), nullable=False),
        sa.Column("item_id", sa.Text(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("noted_at", db.Moment(), nullable=False),
        sa.Column("salt", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["item_id"],
            ["agenda_item.id"],
            name=op.f("fk_minutes_note_item_id_agenda_item"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["meeting_id"], ["meeting.id"], name=op.f("fk_minutes_note_meeting_id_meeting")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_minutes_note")),
    )
    with op.batch_alter_table("minutes_note", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_minutes_note_meeting_id"), ["meeting_id"], unique=False)

    op.create_table(
        "motion",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("meeting_id", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.Text(), nullable=True),
        sa.Column("about_id", sa.Text(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("amended", sa.Text(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("mover_id", sa.Text(), nullable=False),
        sa.Column("seconder_id", sa.Text(), nullable=True),
        sa.Column("threshold", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("moved_at", db.Moment(), nullable=False),
        sa.Column("decided_at", db.Moment(), nullable=True),
        sa.Column("salt", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["about_id"], ["motion.id"], name=op.f("fk_motion_about_id_motion")),
        sa.ForeignKeyConstraint(["item_id"], ["agenda_item.id"], name=op.f("fk_motion_item_id_agenda_item")),
        sa.ForeignKeyConstraint(["meeting_id"], ["meeting.id"], name=op.f("fk_motion_meeting_id_meeting")),
        sa.ForeignKeyConstraint(["mover_id"], ["member.id"], name=op.f("fk_motion_mover_id_member")),
        sa.ForeignKeyConstraint(["seconder_id"], ["member.id"], name=op.f("fk_motion_seconder_id_member")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_motion")),
        sa.UniqueConstraint("meeting_id", "number", name=op.f("uq_motion_meeting_id_number")),
    )
    op.create_table(
        "recusal",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("meeting_id", sa.Text(), nullable=False),
        sa.Column("item_id", sa.Text(), nullable=False),
        sa.Column("member_id", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", db.Moment(), nullable=False),
        sa.Column("ended_at", db.Moment(), nullable=True),
        sa.ForeignKeyConstraint(["item_id"], ["agenda_item.id"], name=op.f("fk_recusal_item_id_agenda_item")),
        sa.ForeignKeyConstraint(["meeting_id"], ["meeting.id"], name=op.f("fk_recusal_meeting_id_meeting")),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_recusal_member_id_member")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recusal")),
    )
    with op.batch_alter_table("recusal", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_recusal_meeting_id"), ["meeting_id"], unique=False)

    op.create_table(
        "speaker_list",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("meeting_id", sa.Text(), nullable=False),
        sa.Column("item_id", sa.Text(), nullable=True),
        sa.Column("is_closed", sa.Boolean(), nullable=False),
        sa.Column("seed", sa.Text(), nullable=False),
        sa.Column("drawn_at", db.Moment(), nullable=True),
        sa.ForeignKeyConstraint(
            ["item_id"], ["agenda_item.id"], name=op.f("fk_speaker_list_item_id_agenda_item")
        ),
        sa.ForeignKeyConstraint(
            ["meeting_id"], ["meeting.id"], name=op.f("fk_speaker_list_meeting_id_meeting")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_speaker_list")),
    )
    with op.batch_alter_table("speaker_list", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_speaker_list_meeting_id"), ["meeting_id"], unique=False)

    op.create_table(
        "member_answered",
        sa.Column("survey_id", sa.Text(), nullable=False),
        sa.Column("member_id", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["member_id"], ["member.id"], name=op.f("fk_member_answered_member_id_member")
        ),
        sa.ForeignKeyConstraint(
            ["survey_id"], ["survey.id"], name=op.f("fk_member_answered_survey_id_survey")
        ),
        sa.PrimaryKeyConstraint("survey_id", "member_id", name=op.f("pk_member_answered")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "vote",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("motion_id", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("method", sa.Text(), nullable=False),
        sa.Column("seats", sa.Integer(), nullable=False),
        sa.Column("is_carried", sa.Boolean(), nullable=False),
        sa.Column("at", db.Moment(), nullable=False),
        sa.ForeignKeyConstraint(["motion_id"], ["motion.id"], name=op.f("fk_vote_motion_id_motion")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_vote")),
        sa.UniqueConstraint("motion_id", "number", name=op.f("uq_vote_motion_id_number")),
    )
    op.create_table(
        "member_vote",
        sa.Column("vote_id", sa.Text(), nullable=False),
        sa.Column("member_id", sa.Text(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("vote", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_member_vote_member_id_member")),
        sa.ForeignKeyConstraint(["vote_id"], ["vote.id"], name=op.f("fk_member_vote_vote_id_vote")),
        sa.PrimaryKeyConstraint("vote_id", "member_id", name=op.f("pk_member_vote")),
    )
    with op.batch_alter_table("agenda_item", schema=None) as batch_op:
        batch_op.add_column(sa.Column("pulled_at", db.Moment(), nullable=True))
        batch_op.add_column(sa.Column("pulled_for", sa.Text(), nullable=True))

    with op.batch_alter_table("answered", schema=None) as batch_op:
        batch_op.add_column(sa.Column("key", sa.Text(), nullable=True))

    with op.batch_alter_table("body", schema=None) as batch_op:
        batch_op.add_column(sa.Column("seats", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("quorum", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("majority", sa.Text(), server_default="cast", nullable=False))

    with op.batch_alter_table("mark", schema=None) as batch_op:
        batch_op.add_column(sa.Column("place", sa.Integer(), nullable=True))

    with op.batch_alter_table("meeting", schema=None) as batch_op:
        batch_op.add_column(sa.Column("is_locked", sa.Boolean(), server_default="0", nullable=False))
        batch_op.add_column(sa.Column("is_queue_frozen", sa.Boolean(), server_default="0", nullable=False))
        batch_op.add_column(
            sa.Column("is_in_closed_session", sa.Boolean(), server_default="0", nullable=False)
        )

    with op.batch_alter_table("request", schema=None) as batch_op:
        batch_op.add_column(sa.Column("stance", sa.Text(), server_default="", nullable=False))
        batch_op.add_column(sa.Column("kind", sa.Text(), server_default="comment", nullable=False))
        batch_op.add_column(sa.Column("is_set", sa.Boolean(), server_default="0", nullable=False))
        batch_op.add_column(sa.Column("answer_to", sa.Text(), nullable=True))
        batch_op.add_column(sa.Column("ceded_to", sa.Text(), nullable=True))
        batch_op.add_column(sa.Column("called_no", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("note", sa.Text(), server_default="", nullable=False))
        batch_op.add_column(sa.Column("receipt", sa.Integer(), nullable=True))

    with op.batch_alter_table("survey", schema=None) as batch_op:
        batch_op.add_column(sa.Column("audience", sa.Text(), server_default="residents", nullable=False))
        batch_op.add_column(sa.Column("shows", sa.Text(), server_default="closing", nullable=False))
        batch_op.add_column(sa.Column("released_at", db.Moment(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("survey", schema=None) as batch_op:
        batch_op.drop_column("released_at")
        batch_op.drop_column("shows")
        batch_op.drop_column("audience")

    with op.batch_alter_table("request", schema=None) as batch_op:
        batch_op.drop_column("receipt")
        batch_op.drop_column("note")
        batch_op.drop_column("called_no")
        batch_op.drop_column("ceded_to")
        batch_op.drop_column("answer_to")
        batch_op.drop_column("is_set")
        batch_op.drop_column("kind")
        batch_op.drop_column("stance")

    with op.batch_alter_table("meeting", schema=None) as batch_op:
        batch_op.drop_column("is_in_closed_session")
        batch_op.drop_column("is_queue_frozen")
        batch_op.drop_column("is_locked")

    with op.batch_alter_table("mark", schema=None) as batch_op:
        batch_op.drop_column("place")

    with op.batch_alter_table("body", schema=None) as batch_op:
        batch_op.drop_column("majority")
        batch_op.drop_column("quorum")
        batch_op.drop_column("seats")

    with op.batch_alter_table("answered", schema=None) as batch_op:
        batch_op.drop_column("key")

    with op.batch_alter_table("agenda_item", schema=None) as batch_op:
        batch_op.drop_column("pulled_for")
        batch_op.drop_column("pulled_at")

    op.drop_table("member_vote")
    op.drop_table("vote")
    op.drop_table("member_answered")
    with op.batch_alter_table("speaker_list", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_speaker_list_meeting_id"))

    op.drop_table("speaker_list")
    with op.batch_alter_table("recusal", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_recusal_meeting_id"))

    op.drop_table("recusal")
    op.drop_table("motion")
    with op.batch_alter_table("minutes_note", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_minutes_note_meeting_id"))

    op.drop_table("minutes_note")
    with op.batch_alter_table("disruption_step", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_disruption_step_disruption_id"))

    op.drop_table("disruption_step")
    with op.batch_alter_table("chair_note", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_chair_note_meeting_id"))

    op.drop_table("chair_note")
    with op.batch_alter_table("roll_call", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_roll_call_meeting_id"))

    op.drop_table("roll_call")
    with op.batch_alter_table("recess", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_recess_meeting_id"))

    op.drop_table("recess")
    op.drop_table("presence")
    op.drop_table("minutes")
    with op.batch_alter_table("kiosk", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_kiosk_meeting_id"))

    op.drop_table("kiosk")
    with op.batch_alter_table("disruption", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_disruption_meeting_id"))

    op.drop_table("disruption")
    op.drop_table("approved_minutes")
    op.drop_table("act")
    with op.batch_alter_table("member", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_member_body_id"))

    op.drop_table("member")
    op.drop_table("speaking_rules")
