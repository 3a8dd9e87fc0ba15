"""Every state of an enquiry, every verb, every outcome, every line of its timeline: a row each."""

from django.db.models import Case, Value, When

from referrals.models.choices import EventKind as Kind
from referrals.models.choices import Status
from referrals.states.completeness import check_tables
from referrals.states.conversing import CONVERSING_LINES, CONVERSING_VERBS, WORDS_BY_MAIL
from referrals.states.entering import ENTERING_LINES
from referrals.states.hands import HANDS_LINES
from referrals.states.joining import JOINING_LINES
from referrals.states.keeping import KEEPING_VERBS, is_not_called_spam
from referrals.states.outcomes import BOOKED_NEWS, OUTCOMES
from referrals.states.reaching import REACHING_LINES
from referrals.states.shapes import (
    READ_WITHIN,
    Button,
    ByMail,
    Clock,
    Happening,
    Hears,
    News,
    Part,
    PublicWord,
    Shown,
    State,
    Style,
    Tone,
    Verb,
    WordsField,
    every,
    has_status_page,
    is_referral,
)

CHANGE = "referrals.change_enquiry"

RECEIVED = PublicWord(word="Received", shown=Shown.ALWAYS)
READ = PublicWord(word="Read by the rooms", shown=Shown.ALWAYS)
ASKED = PublicWord(word="More information needed", shown=Shown.ONLY_HERE)
ACCEPTED = PublicWord(word="Accepted", shown=Shown.IF_IT_WAS)
CLOSED = PublicWord(word="Closed", shown=Shown.ALWAYS)

# In the order of a referral's way, which is the order of the steps on the sender's page.
STATES: dict[str, State] = {
    row.status: row
    for row in [
        State(
            status=Status.RECEIVED,
            part=Part.TO_DO,
            clock=Clock.UNREAD,
            tone=Tone.PLAIN,
            public=RECEIVED,
            says=f"The rooms read it within {READ_WITHIN}.",
            is_hidden=False,
            verbs=("open_", "mark_spam"),
        ),
        State(
            status=Status.SPAM,
            part=Part.SPAM,
            clock=Clock.UNREAD,
            tone=Tone.ALARM,
            public=RECEIVED,
            says=f"The rooms read it within {READ_WITHIN}.",
            is_hidden=True,  # whoever sent spam learns nothing
            verbs=("mark_spam", "not_spam"),  # once somebody calls it so, it is no suspect
        ),
        State(
            status=Status.OPENED,
            part=Part.TO_DO,
            clock=Clock.UNDECIDED,
            tone=Tone.PLAIN,
            public=READ,
            says="The rooms decide whether they can help. You hear from us by email.",
            is_hidden=False,
            verbs=("accept", "ask", "return_", "file", "mark_spam"),
            folded=("reply",),  # “Ask” is at hand
        ),
        State(
            status=Status.NEEDS_INFORMATION,
            part=Part.TO_DO,
            clock=Clock.UNDECIDED,
            tone=Tone.PLAIN,
            public=ASKED,
            says="The rooms need to know more before they can go on. Answer them from this page, or"
            " ring.",
            is_hidden=False,
            verbs=("accept", "return_", "file", "reopen"),
        ),
        State(
            status=Status.ACCEPTED,
            part=Part.TO_BOOK,
            clock=Clock.STOPPED,
            tone=Tone.PLAIN,
            public=ACCEPTED,
            says="We ring the patient to book. We write to you after the visit.",
            is_hidden=False,
            verbs=("ask", "return_", "file", "reopen"),
            folded=("ask", "return_", "reply"),  # next they ring and book
        ),
        State(
            status=Status.RETURNED,
            part=Part.TO_FILE,
            clock=Clock.STOPPED,
            tone=Tone.PLAIN,
            public=CLOSED,
            says="The rooms returned it with advice. The patient is not booked. Please ring to"
            " hear the advice.",
            is_hidden=False,
            verbs=("file", "reopen"),
        ),
        State(
            status=Status.FILED,
            part=Part.FILED,
            clock=Clock.STOPPED,
            tone=Tone.DONE,
            public=CLOSED,
            says={row.outcome: row.says for row in OUTCOMES.values()},
            is_hidden=False,
            verbs=("reopen",),
        ),
    ]
}

# In the order of their buttons.
VERBS: dict[str, Verb] = {
    row.name: row
    for row in [
        Verb(
            name="open_",  # by reading it: there is no button
            fits=every,
            target=Status.OPENED,
            event=Kind.OPENED,
            permission="referrals.view_enquiry",
            hears=Hears.NOBODY,
            news=None,
            undone_by=None,
            dates_the_page=True,
            button=None,
        ),
        Verb(
            name="accept",
            fits=is_referral,
            target=Status.ACCEPTED,
            event=Kind.ACCEPTED,
            permission=CHANGE,
            hears=Hears.REFERRER,
            news=News(
                subject="accepted",
                heading="Your referral is accepted",
                words="The rooms have accepted your referral. We ring the patient to book.",
                if_undone="We told you that the rooms had accepted your referral. That no"
                " longer stands. They have opened it again and have not decided yet. You hear"
                " from us.",
            ),
            undone_by="reopen",
            dates_the_page=True,
            button=Button(
                label="Accept",
                style=Style.PRIMARY,
                before=ByMail(
                    told="The doctor hears of it by email.",
                    not_told="No email goes out: please ring the doctor.",
                ),
                done="Accepted.",
            ),
        ),
        Verb(
            name="ask",
            fits=is_referral,
            target=Status.NEEDS_INFORMATION,
            event=Kind.ASKED,
            permission=CHANGE,
            hears=Hears.REFERRER,
            news=News(
                subject="more information needed",
                heading="We need more information",
                words="The rooms need more information about your referral. Please ring"
                " {telephone}.",
                by_link="The rooms need more information about your referral. Read what they ask,"
                " and answer, on our page. Or ring {telephone}.",
                if_undone="We asked you for more information. You need not send it for now."
                " The rooms have opened your referral again and have not decided yet. You hear"
                " from us.",
            ),
            undone_by="reopen",
            dates_the_page=True,
            button=Button(
                label="Ask for more information",
                style=Style.PRIMARY,
                words=WordsField(label="What do you need to know?", rows=5, is_needed=True),
                press="Ask",
                tells_sender=True,
                before=WORDS_BY_MAIL,
                done="Noted that you need more information.",
                after=ByMail(
                    told="The doctor gets an email with a link to your question.",
                    not_told="No email goes out: please ring the doctor.",
                ),
            ),
        ),
        Verb(
            name="return_",
            fits=is_referral,
            target=Status.RETURNED,
            event=Kind.RETURNED,
            permission=CHANGE,
            hears=Hears.REFERRER,
            news=News(
                subject="returned with advice",
                heading="Your referral comes back with advice",
                words="The rooms return your referral with advice. Please ring {telephone} to hear"
                " it.",
                by_link="The rooms return your referral with advice. You can read it on our page.",
                if_undone="We told you that the rooms returned your referral with advice. That"
                " no longer stands. They have opened it again and have not decided yet. You hear"
                " from us.",
            ),
            undone_by="reopen",
            dates_the_page=True,
            button=Button(
                label="Return with advice",
                style=Style.PRIMARY,
                words=WordsField(label="Your advice to the doctor", rows=5, is_needed=True),
                press="Return with advice",
                tells_sender=True,
                before=WORDS_BY_MAIL,
                done="Returned with advice.",
            ),
        ),
        *CONVERSING_VERBS,
        Verb(
            name="file",
            fits=every,
            target=Status.FILED,
            event=Kind.FILED,
            permission=CHANGE,
            hears=Hears.BY_OUTCOME,
            news=BOOKED_NEWS,  # of a filing from before its outcome was kept beside it
            undone_by="reopen",
            dates_the_page=True,
            button=Button(
                label="File",
                style=Style.PRIMARY,
                words=WordsField(
                    label="A note for colleagues, if you like", rows=2, is_needed=False
                ),
                asks_outcome=True,
                press="File it",
                before=ByMail(
                    told="The doctor hears by email how it ended. “In practice software” and"
                    " “Answered” tell nobody.",
                    not_told=None,
                ),
                done="Filed.",
            ),
        ),
        Verb(
            name="reopen",
            fits=every,
            target=Status.OPENED,
            event=Kind.REOPENED,
            permission=CHANGE,
            hears=Hears.WHO_WAS_TOLD,
            news=News(
                subject="open again, not decided yet",
                heading="Your referral is open again",
                words="The rooms have opened your referral again and have not decided yet. If you"
                " heard otherwise from us, that no longer stands. You hear from us.",
                if_undone=None,
            ),
            undone_by=None,
            dates_the_page=True,
            says="The rooms have opened it again and have not decided yet. If you heard otherwise"
            " before, that no longer stands. You hear from us by email.",
            button=Button(
                label="Open again",
                style=Style.QUIET,
                before="It goes back to “Opened”, undecided.",
                done="Opened again.",
            ),
        ),
        Verb(
            name="mark_spam",
            fits=is_not_called_spam,
            target=Status.SPAM,
            event=Kind.SPAM,
            permission=CHANGE,
            hears=Hears.NOBODY,
            news=None,
            undone_by="not_spam",
            dates_the_page=False,
            button=Button(
                label="This is spam",
                style=Style.QUIET,
                before=None,
                done="Marked as spam and set aside.",
            ),
        ),
        Verb(
            name="not_spam",
            fits=every,
            target=Case(
                When(opened_at__isnull=True, then=Value(Status.RECEIVED)),
                default=Value(Status.OPENED),
            ),
            event=Kind.NOT_SPAM,
            permission=CHANGE,
            hears=Hears.WHO_WAS_NOT_TOLD,
            news=None,
            undone_by="mark_spam",
            dates_the_page=False,
            button=Button(
                label="Not spam",
                style=Style.PRIMARY,
                before=None,
                done="Back in the inbox.",
            ),
        ),
        Verb(
            name="revoke_status_link",
            fits=has_status_page,
            target=None,
            event=Kind.LINK_REVOKED,
            permission=CHANGE,
            hears=Hears.NOBODY,
            news=None,
            undone_by=None,
            dates_the_page=False,
            button=Button(
                label="Switch the status link off",
                style=Style.DANGER,
                asks_if_sure=True,
                press="Switch it off for good",
                before="The link in the sender’s mail then opens nothing. Do this when it fell into"
                " wrong hands.",
                done="The link is off.",
            ),
        ),
        *KEEPING_VERBS,
    ]
}

# What happens without a verb, or by one that changes no state.
OTHER_LINES: dict[str, Happening] = {
    row.event: row
    for row in [
        Happening(event=Kind.RECEIVED, dates_the_page=True, news=None),
        Happening(event=Kind.RESENT, dates_the_page=False, news=None),
        Happening(event=Kind.SUSPECTED, dates_the_page=False, news=None),
        Happening(event=Kind.INSPECTED, dates_the_page=False, news=None),
        Happening(
            event=Kind.QUARANTINED,
            dates_the_page=False,
            news=News(
                subject="a file needs mending",
                heading="We could not use a file",
                words="We could not use one of the files you sent. Your status page says which"
                " one, and what helps. You can also ring {telephone}.",
                if_undone=None,
            ),
        ),
        Happening(event=Kind.MAIL_RETRIED, dates_the_page=False, news=None),
        Happening(event=Kind.MAIL_MOVED, dates_the_page=False, news=None),
        Happening(event=Kind.MAIL_NOTED, dates_the_page=False, news=None),
        Happening(event=Kind.ERASED, dates_the_page=False, news=None),
        Happening(event=Kind.CORRECTION_ASKED, dates_the_page=False, news=None),
        Happening(event=Kind.CORRECTED, dates_the_page=False, news=None),
        Happening(event=Kind.NOT_CORRECTED, dates_the_page=False, news=None),
        *JOINING_LINES,
        *HANDS_LINES,
        *REACHING_LINES,
        *CONVERSING_LINES,
        *ENTERING_LINES,
    ]
}

check_tables(states=STATES, verbs=VERBS, outcomes=OUTCOMES, other_lines=OTHER_LINES)
