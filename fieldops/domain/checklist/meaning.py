"""Which question plays which role, as the published checklist says: code knows the roles alone."""

from dataclasses import dataclass

from fieldops.domain.reading import Part


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """Certain answers to one question, which together mean something."""

    question: str
    values: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranked:
    """A question whose options have an order of gravity, gravest first; `beside` says something else."""

    name: str
    title: str
    question: str
    order: tuple[str, ...]
    beside: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """What happened at the door."""

    question: str
    entered: Choice


@dataclass(frozen=True, slots=True, kw_only=True)
class Talk:
    """When a talk with a worker was within hearing of those in charge, and what that lowers."""

    overheard: Choice
    asked_of: str  # questions put to these count as support only when the talk is overheard


@dataclass(frozen=True, slots=True, kw_only=True)
class Age:
    """How a person's age is known, and the act that alone lifts the child path once it is set."""

    question: str
    child: frozenset[str]
    unsure: frozenset[str]
    undisclosed: frozenset[str]
    adult: frozenset[str]
    decision_kind: str
    decision_adult: frozenset[str]
    deciders: frozenset[str]  # agencies whose officers' record of a decision lifts the path


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """The officer's own view of a person, which comes before any score."""

    question: str
    victim: Choice
    unsure: Choice


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What the person chose, and the one line that is a child's."""

    question: str
    child: Choice


@dataclass(frozen=True, slots=True, kw_only=True)
class Pay:
    """Where pay is stated: on paper, and by the worker."""

    paper: str
    stated: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Meaning:
    """The roles that questions play in one checklist."""

    not_known: frozenset[str]  # option values that leave the matter open
    gates: frozenset[str]  # questions that only say whether others could be asked
    switched_sections: frozenset[str]
    arrival: Arrival
    languages_heard: str
    child_seen: Choice
    talk: Talk
    age: Age
    judgement: Judgement
    indicator_view: frozenset[str]
    decision: Decision
    pay: Pay
    outcome: Ranked
    agency_actions: tuple[Ranked, ...]
    signoff: str


def parse_meaning(part: Part) -> Meaning:
    """The meaning block of a published checklist."""
    one = part.text
    return Meaning(
        not_known=frozenset(part.texts("not_known")),
        gates=frozenset(part.texts("gates")),
        switched_sections=frozenset(part.texts("switched_sections")),
        arrival=_arrival(part.part("arrival")),
        languages_heard=one("languages_heard"),
        child_seen=_choice(part.part("child_seen"), "values"),
        talk=_talk(part.part("talk")),
        age=_age(part.part("age")),
        judgement=_judgement(part.part("judgement")),
        indicator_view=frozenset(part.texts("indicator_view")),
        decision=_decision(part.part("choice")),
        pay=_pay(part.part("rate")),
        outcome=_ranked(part.part("outcome"), "outcome", "Outcome of the visit"),
        agency_actions=tuple(
            _ranked(row, row.text("name"), row.text("title")) for row in part.parts("agency_actions")
        ),
        signoff=one("signoff"),
    )


def _choice(part: Part, key: str) -> Choice:
    return Choice(question=part.text("question"), values=frozenset(part.texts(key)))


def _ranked(part: Part, name: str, title: str) -> Ranked:
    return Ranked(
        name=name,
        title=title,
        question=part.text("question"),
        order=part.texts("order"),
        beside=frozenset(part.texts("beside")),
    )


def _arrival(part: Part) -> Arrival:
    return Arrival(question=part.text("question"), entered=_choice(part, "entered"))


def _talk(part: Part) -> Talk:
    return Talk(overheard=_choice(part.part("overheard"), "values"), asked_of=part.text("asked_of"))


def _age(part: Part) -> Age:
    decision = part.part("decision")
    return Age(
        question=part.text("question"),
        child=frozenset(part.texts("child")),
        unsure=frozenset(part.texts("unsure")),
        undisclosed=frozenset(part.texts("undisclosed")),
        adult=frozenset(part.texts("adult")),
        decision_kind=decision.text("kind"),
        decision_adult=frozenset(decision.texts("adult")),
        deciders=frozenset(decision.texts("deciders")),
    )


def _judgement(part: Part) -> Judgement:
    return Judgement(
        question=part.text("question"), victim=_choice(part, "victim"), unsure=_choice(part, "unsure")
    )


def _decision(part: Part) -> Decision:
    return Decision(question=part.text("question"), child=_choice(part, "child"))


def _pay(part: Part) -> Pay:
    return Pay(paper=part.text("paper"), stated=part.text("stated"))
