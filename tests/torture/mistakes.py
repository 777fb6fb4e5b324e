"""Every mistake that is planted, the oracles that are there for it, and the simulation it is put into."""

from typing import Any

from tests.torture import planted as usual
from tests.torture import planted_decisions as decisions
from tests.torture import planted_files as files
from tests.torture import planted_hazards as hazards
from tests.torture import planted_wipes as wipes
from tests.torture.oracles import Oracle
from tests.torture.simulation import Simulation
from tests.torture.world import Server

HARMED = 6.0  # how much oftener tablets come to harm where that is what the mistake is about

MISTAKES: dict[Any, set[Oracle]] = {
    usual.AnswersBeforeTheCommit: {Oracle.CONFIRMED},
    usual.KeepsWhatItHasAlready: {Oracle.ONCE},
    usual.NumbersOutsideTheTransaction: {Oracle.GAPLESS},
    usual.ThrowsAwayWhatItMayNotKeep: {Oracle.CONFIRMED},
    usual.ConfirmsWhatWasOffered: {Oracle.CONFIRMED, Oracle.KEPT},
    usual.ForgetsToAskWhoMaySee: {Oracle.GRANTED},
    usual.AnswersALostTablet: {Oracle.GRANTED},
    usual.LeavesOneOut: {Oracle.GAPLESS},
    usual.RestoresInSilence: {Oracle.GAPLESS},
    usual.MarksAtSending: {Oracle.ARRIVES},
    usual.NeverAsksWhatIsHeld: {Oracle.ARRIVES, Oracle.NUMBERED},
    usual.SaysSavedTooEarly: {Oracle.KEPT},
    usual.PositionBeforeEntries: {Oracle.GAPLESS},
    usual.KeepsWhatIsGone: {Oracle.GAPLESS, Oracle.GRANTED},
    usual.DeafToEpochs: {Oracle.GAPLESS},
    usual.TakesAnyPage: {Oracle.GAPLESS, Oracle.GRANTED},
    usual.newest_wins: {Oracle.VISIBLE},
    usual.first_come: {Oracle.ORDER},
    hazards.ForgetsWordsAtARestore: {Oracle.NUMBERED},
    hazards.KeepsNoWord: {Oracle.NUMBERED},
    hazards.ThrowsAwayTheSecondBranch: {Oracle.CONFIRMED},
    hazards.TrustsAnyChecklist: {Oracle.STRICT},
    hazards.TakesFullForDone: {Oracle.CONFIRMED},
    hazards.BelievesAFile: {Oracle.NUMBERED},
    hazards.NamesAStoreThatIsGone: {Oracle.NUMBERED},
    hazards.CountsWhatWasReceived: {Oracle.NUMBERED},
    hazards.LetsGoOfAFork: {Oracle.KEPT},
    hazards.TakesAFullDiskForSaved: {Oracle.KEPT},
    hazards.BeginsAgainUnderTheOldName: {Oracle.CHAINED},
    decisions.LetsInWhatIsToBeKept: {Oracle.DECIDED},
    decisions.LetsInTwice: {Oracle.ONCE},
    wipes.GoesBeforeAllIsSent: {Oracle.ARRIVES},
    wipes.NamesNoLoss: {Oracle.NUMBERED},
    wipes.HearsNoLastWord: {Oracle.NUMBERED},
    files.TakesAnyPart: {Oracle.FILES},
    files.KeepsSpoiltParts: {Oracle.FILES},
    files.TakesASentFileForReceived: {Oracle.FILES},
}


def with_mistake(mistake: Any, seed: int) -> Simulation:
    """A simulation of which one part is wrong."""
    harmed = {} if mistake.__module__ == usual.__name__ else {"hazards": HARMED}
    kind = type("Mistaken", (Simulation,), {**harmed, **_part(mistake)})
    made: Simulation = kind(seed)
    return made


def _part(mistake: Any) -> dict[str, object]:
    if not isinstance(mistake, type):
        return {"view": staticmethod(mistake)}
    return {"server_kind" if issubclass(mistake, Server) else "station_kind": mistake}
