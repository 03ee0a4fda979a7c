"""Which words of a heading Whisper will hardly know: names of people, streets and places, abbreviations."""

import re
from collections.abc import Callable, Collection, Iterator, Sequence
from typing import NamedTuple

from engage.words import fold, placed, primary

COMMON = {
    "en": """
        a about adopt adoption agenda agreement all allegiance amend amended amending amendment amendments
        an and announcements annual appeal application appointment appointments appropriation approval
        approvals approve approving april at attorney audit august authorization authorize authorizing award
        between bid bike board body budget building bureau business by calendar call capital case center
        centre certificate chair chairperson chamber chambers change changes chapter city clerk closed
        closing code comment comments commission commissioner committee community conditional conference
        confirm consent consider consideration construction consultant contract contractor contracts
        correspondence council councilmember councilmembers county date december department departments
        design development direct direction director discussion district drive emergency execute extension
        facility february fee fees final finance financial fire first fiscal floor for friday from fund
        funding funds general grant hall hearing hours housing improvement improvements in information
        introduction invocation item items its january july june land lane law lease library license line
        local maintenance management manager march master may mayor meeting meetings members minutes monday
        more motion municipal new next no notice november october of office officer old on open opening or
        order ordinance other our parcel park parking parks payment pedestrian permit plan planning plaza
        pledge police policy position presentation president procedure process proclamation professional
        program project property proposal proposed protected public purchase quarterly question rates
        reading real receive recess recognition recommendation recommendations recreation regarding regular
        related release report reports request resolution resolutions review rezoning road roll room rules
        safety saturday second section september service services session sewer sidewalk site special staff
        standards state statement status storm street streets study submittal suite summary sunday support
        system tax than that the their third this through thursday to town tract traffic transfer
        transportation treasurer treasury tree trees tuesday under unfinished update use vacation variance
        vice vote walk warrants water way wednesday with within work workshop year zone zoning
    """,
    "es": """
        a abril acta actas acuerdo agenda agosto agua al alcalde alcaldesa ambiente anual apertura
        aprobación aprobar area asuntos audiencia ayuntamiento barrio biblioteca bicicleta bicicletas
        calendario calle cambio cambios carril ciudad ciudadana ciudadano clausura comentario comentarios
        comisión comité comunidad concejal concejala concejo consejo consentimiento construcción contrato
        contratos código de debate del departamento derechos desarrollo designación diciembre director
        directora distrito domingo edificio el en enero enmienda espacio estacionamiento estudio
        extraordinaria febrero financiación fondos general hacienda horario impuestos informe informes
        jueves julio junio junta la las lectura ley licencia licitación los lunes mantenimiento martes marzo
        mayo medio mejora mejoras miércoles moción municipal no nombramiento noviembre nueva nuevo obra
        obras octubre orden ordenanza ordinaria otros para parque permiso piso plan pleno policía por
        preguntas presentación presidenta presidente presupuesto primera programa propiedad propuesta
        proyecto punto puntos pública públicas público públicos reglamento resolución revisión ruegos sala
        salud salón secretaria secretario segunda seguridad septiembre servicio servicios sesión solicitud
        su subvención sábado sí taller tarifas terreno trabajo tributaria tránsito un una uso varios vecinal
        venta viernes vivienda voto y zona zonificación
    """,
}
"""Words that stand in the headings of agendas everywhere, with their first letter large or small."""
KNOWN = {lang: frozenset(map(fold, words.split())) for lang, words in COMMON.items()}
JOINING = {"of", "the", "de", "del", "la", "las", "los", "el", "y", "da", "di", "van", "von", "der", "den"}
"""Stand inside a name, in small letters."""
KINDS = {
    "street", "avenue", "boulevard", "road", "drive", "lane", "court", "place", "square", "plaza", "way",
    "bridge", "creek", "park", "trail", "marina",
}  # fmt: skip
"""Belong to the name that stands before them."""
LEAST = 3
"""Letters: "Dr" and "No" are no names."""
BREAKS = re.compile(r"[.:;?!–—()\"“”¿¡]")


class Word(NamedTuple):
    text: str
    start: int
    end: int
    is_first: bool
    """Of its sentence: then a large letter tells nothing."""
    is_next: bool
    """Nothing but a space or a hyphen stands between it and the word before."""

    @property
    def is_large(self) -> bool:
        return self.text[0].isupper()


def rare_words(heading: str, language: str) -> list[str]:
    """Names as they stand ("Harbor Street"), in the order of the heading."""
    known = KNOWN.get(primary(language), frozenset())
    heading = heading.title() if heading.isupper() else heading
    words = list(_words(heading))
    if _is_all_large(words, known):
        runs = _runs(words, lambda word: word.is_large and fold(word.text) not in known)
        runs = [[*run, *_kind_after(run, words)] for run in runs]
    else:
        runs = [_without_first(run, known) for run in _runs(words, lambda word: word.is_large)]
    found = [run for run in runs if any(_is_rare(word, known) for word in run)]
    names = [heading[run[0].start : run[-1].end] for run in found]
    return list(dict.fromkeys(name for name in names if len(name) >= LEAST))


def _words(heading: str) -> Iterator[Word]:
    last = 0
    for text, start, end in placed(heading):
        between = heading[last:start]
        is_first = not last or BREAKS.search(between) is not None
        yield Word(text, start, end, is_first, not is_first and between in (" ", "-"))
        last = end


def _is_all_large(words: Sequence[Word], known: frozenset[str]) -> bool:
    """A Heading Written Like This: more of its common words begin large than small."""
    common = [each for each in words if fold(each.text) in known - JOINING and not each.is_first]
    large = sum(each.is_large for each in common)
    return large > 1 and large * 2 > len(common)


def _without_first(run: list[Word], known: Collection[str]) -> list[Word]:
    """The first word of a sentence belongs to a name when the name goes on, or when it is all large."""
    if not run[0].is_first or (len(run[0].text) > 1 and run[0].text.isupper()):
        return run
    goes_on = len(run) > 1 and run[1].is_large and fold(run[0].text) not in known
    return run if goes_on else run[next((n for n, word in enumerate(run) if n and word.is_large), len(run)) :]


def _runs(words: Sequence[Word], is_wanted: Callable[[Word], bool]) -> list[list[Word]]:
    """Wanted words that stand together; small ones that join two of them belong to them."""
    runs: list[list[Word]] = []
    joining: list[Word] | None = None
    for word in words:
        if is_wanted(word):
            if runs and joining is not None and word.is_next:
                runs[-1] += [*joining, word]
            else:
                runs.append([word])
            joining = []
        elif joining is not None and word.is_next and word.text in JOINING:
            joining.append(word)
        else:
            joining = None
    return runs


def _kind_after(run: list[Word], words: Sequence[Word]) -> Sequence[Word]:
    """The "Street" of an Elm Street."""
    after = next(n for n, word in enumerate(words) if word is run[-1]) + 1
    return [word for word in words[after : after + 1] if word.is_next and fold(word.text) in KINDS]


def _is_rare(word: Word, known: frozenset[str]) -> bool:
    return word.is_large and len(word.text) > 1 and fold(word.text) not in known
