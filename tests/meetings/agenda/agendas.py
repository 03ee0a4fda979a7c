"""Agendas as clerks paste them."""

NUMBERS = """\
CITY OF ALDER BAY
CITY COUNCIL
REGULAR MEETING AGENDA
Monday, November 23, 2026, 6:30 p.m.
Council Chambers, 100 Main Street

1. CALL TO ORDER AND ROLL CALL
2. PLEDGE OF ALLEGIANCE
3. PUBLIC COMMENT (30 minutes)
   Speakers are limited to 3 minutes.
4. CONSENT CALENDAR
   4.1 Minutes of the regular meeting of November 9, 2026
   4.2 Contract with Acme Paving in an amount not to exceed
       $1,200,000 for paving in 2026
5. PUBLIC HEARINGS
   5.1 Elm Street protected bike lane (45 min)
       Recommended action: introduce the ordinance.

       A staff report is attached.
   5.2 Library hours
6. ADJOURNMENT
"""
"""A council's agenda with dotted numbers, broken lines and descriptions."""

LETTERS = """\
A. CALL TO ORDER
B. CONSENT CALENDAR
1. Approve minutes
2. Second reading of Ordinance 2026-18
3. Accept quarterly investment report
C. PUBLIC HEARINGS
4. Appeal of the Planning Commission's approval of a use permit at 12 Oak Street (60 minutes)
a. Staff presentation
b. Appellant
c. Public comment
5. Fee schedule
D. ADJOURN
"""
"""Letters for the headings, numbers that run on through them."""

ROMAN = """\
PLANNING COMMISSION AGENDA

I. Call to Order
II. Roll Call
III. Consent Agenda
   A. Minutes of October 5
   B. Tentative map extension, 45 Bay Road
IV. New Business
   A. Use permit 2026-04 - 20 minutes
      1. Staff report
      2. Public testimony
   B. Sign ordinance
V. Commissioner Comments
VI. Adjournment
"""
"""Numerals, letters, numbers."""

HEADINGS = """\
SPECIAL MEETING

CALL TO ORDER

1.  Roll call

CONSENT CALENDAR

2.  Adopt Resolution 2026-77
3.  Award the contract for the pool heater

PUBLIC HEARINGS

4.  Downtown parking rates
Staff recommends approval. J. Alvarez will present.
- Staff report
- Rate table

5.  Tree ordinance .............. 41

ADJOURNMENT
"""
"""Headings in capitals, page leaders, bullets that describe."""

SPANISH = """\
AYUNTAMIENTO DE BAHÍA DEL ALISO
ORDEN DEL DÍA

1. Apertura de la sesión y pase de lista
2. Comentarios del público (15 minutos)
3. CALENDARIO DE CONSENTIMIENTO
   a) Acta de la sesión del 9 de noviembre
   b) Contrato con Pavimentos Díaz, S.A.
4. Audiencias públicas
   a) Carril para bicicletas en la calle Olmo (45 min.)
      ¿Debe la ciudad construir el carril?
   b) Horario de la biblioteca
5. Clausura
"""
"""Letters with brackets under numbers, in Spanish."""

PLAIN = """\
Welcome and roll call
Public comment (10 min)
Budget
    Parks
    Streets
        Bridge repair
Adjourn
"""
"""Indentation alone."""

BULLETS = """\
- Call to order
- Consent calendar
    - Minutes
    - Warrants
- Adjournment
"""
"""Bullets and indentation."""

ALONE = """\
1.
Call to order
2.
Public comment
3.
Consent calendar
A.
Minutes
B.
Warrants
4.
Adjourn
"""
"""Numbers on lines of their own, as copied from a PDF."""

ITEMS = """\
Item 1: Call to order
Item 2: Consent Calendar
2a. Minutes of November 9
2b. Treasurer's report
Item 3: Bike lane
Item 4: Adjournment
"""
"""Item 1: and 2a."""

CODES = """\
CONSENT CALENDAR
C-1 Minutes
C-2 Warrants
PUBLIC HEARINGS
PH-1 Zoning of the harbor
ACTION ITEMS
A-1 Library hours
A-2 Fees
"""
"""Codes that begin again under each heading."""

DEEP = """\
1.0 OPENING
1.1 Call to order
1.2 Roll call
2.0 BUSINESS
2.1 Parks
2.1.1 Playground
2.1.2 Pool
2.2 Streets
2.5 million dollars are available.
3.0 CLOSE
"""
"""Three levels, and an amount that looks like a number."""

RESTART = """\
Opening
1. Call to order
2. Roll call

Consent Calendar
1. Minutes
2. Warrants

Public hearings
1. Bike lane
"""
"""Numbers that begin again under headings that are not in capitals."""
