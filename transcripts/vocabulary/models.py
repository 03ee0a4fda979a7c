"""The table of the city's glossary."""

from datetime import datetime

from sqlalchemy import Text
from sqlalchemy.orm import Mapped, mapped_column

from engage import record
from engage.db import Base, Moment, new_id


class GlossaryTerm(Base):
    """A street, a name, an abbreviation: spelled as it is to stand in transcripts."""

    __tablename__ = "glossary_term"
    id: Mapped[str] = mapped_column(Text, primary_key=True, default=new_id)
    term: Mapped[str] = mapped_column(Text, unique=True)
    salt: Mapped[str] = mapped_column(Text, default=record.new_salt)
    added_at: Mapped[datetime] = mapped_column(Moment)
