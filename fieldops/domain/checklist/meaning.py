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
    attempted: Choice
    entered: Choice


@dataclass(frozen=True, slots=True, kw_only=True)
class Talk:
    """How a talk with a worker is known: offered, held, private, or within hearing of those in charge."""

    language: str
    interpreter: str
    interpreter_needed: Choice
    interpreter_missing: Choice
    offered: Choice
    held: Choice
    private: Choice
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """The officer's own view of a person, which comes before any score."""

    question: str
    victim: Choice
    unsure: Choice
    reasons: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What the person chose."""

    question: str
    explained: Choice
    refer: Choice
    refuse: Choice
    time: Choice
    child: Choice


@dataclass(frozen=True, slots=True, kw_only=True)
class Pay:
    """Where pay is stated: on paper, by the worker; and where an officer confirms that it is too low."""

    paper: str
    stated: str
    confirmed: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Meaning:
    """The roles that questions play in one checklist."""

    not_known: frozenset[str]  # option values that leave the matter open
    gates: frozenset[str]  # questions that only say whether others could be asked
    switched_sections: frozenset[str]
    arrival: Arrival
    present: str
    languages_heard: str
    expected_us: Choice
    child_seen: Choice
    children_told: str
    talk: Talk
    age: Age
    judgement: Judgement
    indicator_view: frozenset[str]
    decision: Decision
    tonight: str
    made_to_offend: Choice
    pack_only: frozenset[str]
    pay: Pay
    status_checked: Choice
    checked_after_welfare: Choice
    outcome: Ranked
    breach: Choice
    agency_actions: tuple[Ranked, ...]
    retaliation: str
    hot_debrief: str
    signoff: str


def parse_meaning(part: Part) -> Meaning:
    """The meaning block of a published checklist."""
    status = part.part("status_check")
    outcome = part.part("outcome")
    one = part.text
    return Meaning(
        not_known=frozenset(part.texts("not_known")),
        gates=frozenset(part.texts("gates")),
        switched_sections=frozenset(part.texts("switched_sections")),
        arrival=_arrival(part.part("arrival")),
        present=one("present"),
        languages_heard=one("languages_heard"),
        expected_us=_choice(part.part("expected_us"), "signs"),
        child_seen=_choice(part.part("child_seen"), "values"),
        children_told=one("children_told"),
        talk=_talk(part.part("talk")),
        age=_age(part.part("age")),
        judgement=_judgement(part.part("judgement")),
        indicator_view=frozenset(part.texts("indicator_view")),
        decision=_decision(part.part("choice")),
        tonight=one("tonight"),
        made_to_offend=_choice(part.part("made_to_offend"), "values"),
        pack_only=frozenset(part.texts("pack_only")),
        pay=_pay(part.part("rate")),
        status_checked=_choice(status, "made"),
        checked_after_welfare=_choice(status.part("after_welfare"), "values"),
        outcome=_ranked(outcome, "outcome", "Outcome of the visit"),
        breach=_choice(outcome, "breach"),
        agency_actions=tuple(
            _ranked(row, row.text("name"), row.text("title")) for row in part.parts("agency_actions")
        ),
        retaliation=one("retaliation"),
        hot_debrief=one("hot_debrief"),
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
    return Arrival(
        question=part.text("question"), attempted=_choice(part, "attempted"), entered=_choice(part, "entered")
    )


def _talk(part: Part) -> Talk:
    interpreter = part.part("interpreter")
    return Talk(
        language=part.text("language"),
        interpreter=interpreter.text("question"),
        interpreter_needed=_choice(interpreter, "needed"),
        interpreter_missing=_choice(interpreter, "missing"),
        offered=_choice(part.part("offered"), "values"),
        held=_choice(part.part("held"), "values"),
        private=_choice(part.part("private"), "values"),
        overheard=_choice(part.part("overheard"), "values"),
        asked_of=part.text("asked_of"),
    )


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
    )


def _judgement(part: Part) -> Judgement:
    return Judgement(
        question=part.text("question"),
        victim=_choice(part, "victim"),
        unsure=_choice(part, "unsure"),
        reasons=part.text("reasons"),
    )


def _decision(part: Part) -> Decision:
    return Decision(
        question=part.text("question"),
        explained=_choice(part.part("explained"), "values"),
        refer=_choice(part, "refer"),
        refuse=_choice(part, "refuse"),
        time=_choice(part, "time"),
        child=_choice(part, "child"),
    )


def _pay(part: Part) -> Pay:
    return Pay(paper=part.text("paper"), stated=part.text("stated"), confirmed=part.text("confirmed"))
