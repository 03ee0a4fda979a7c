"""What the people of Alder Bay have written: agendas, comments, a survey."""

from typing import Any

from comments.surveys.drafting import QuestionDraft
from comments.surveys.models import MULTIPLE, SINGLE
from meetings.models import CONSENT, ITEM

BIKE_LANE = (
    "A protected lane from the ferry terminal to the public library, with planters between bicycles and "
    "traffic. Paid by a state grant for safe streets."
)

WRITTEN = (
    (
        "Priya N.",
        "support",
        "My children cross Harbor Street every morning. Please build it before the summer.",
    ),
    (
        "Harbor Hardware",
        "neutral",
        "Keep the accessible parking in front of the market, and we can live with it.",
    ),
    ("", "oppose", "Deliveries are hard enough today. Has anyone counted the vans?"),
)
CANNERY = (
    "From industrial to mixed use: up to ninety homes, workshops on the ground floor, "
    "and a path to the water."
)
CANNERY_ES = (
    "Cambio de zonificación de la antigua conservera en la calle Juniper",
    "De uso industrial a uso mixto: hasta noventa viviendas, talleres en la planta baja y un paseo al agua.",
)
CANNERY_QUESTIONS = (
    QuestionDraft(
        SINGLE, "Should the cannery become homes and workshops?", ("Yes", "Yes, with fewer homes", "No")
    ),
    QuestionDraft(
        MULTIPLE, "What should the ground floor hold?", ("Workshops", "Shops", "A childcare centre", "A café")
    ),
)
BIKE_LANE_SUMMARY = (
    "Staff presented a protected lane from the ferry to the school. Two residents spoke, one in favor and one"
    " with concerns about parking for customers."
)
WAITING = (
    ("Elena Ruiz", "remote", True, "support"),
    ("Tom Hadley", "in_person", False, "oppose"),
    ("", "in_person", False, "support"),
    ("Marta Nowak", "remote", False, "neutral"),
)
COUNCIL_AGENDA: list[tuple[Any, ...]] = [
    (0, ITEM, 5, "Call to order and roll call", "", ("Apertura de la sesión y pase de lista", "")),
    (0, CONSENT, 5, "Consent calendar", "Routine items, approved together by one vote.",
     ("Calendario de consentimiento", "Asuntos de rutina que se aprueban con un solo voto.")),
    (1, ITEM, None, "Minutes of the last meeting", "", ("Acta de la sesión anterior", "")),
    (1, ITEM, None, "New benches for Ferry Park", "", ("Bancas nuevas para el parque Ferry", "")),
    (0, ITEM, 30, "Budget for street lighting", "Replace four hundred lamps in the north of the city.",
     ("Presupuesto del alumbrado público", "Cambiar cuatrocientas lámparas en el norte de la ciudad.")),
    (0, ITEM, 20, "Report on Sunday hours of the library", "The first three months of the trial.",
     ("Informe sobre el horario dominical de la biblioteca", "Los primeros tres meses de la prueba.")),
    (0, ITEM, 1, "Adjournment", "", ("Clausura", "")),
]  # fmt: skip
