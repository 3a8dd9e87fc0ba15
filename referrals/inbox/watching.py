"""What waits in the inbox, in numbers for /metrics: by class and clock, never whose."""

from collections.abc import Iterator
from datetime import timedelta

from django.db.models import Count
from django.utils import timezone

from clinic_site.operations.watching.numbers import Number, asks_database
from referrals.inbox.clocks import late_by_clock, the_clocks, to_ring, undecided
from referrals.models import Enquiry

# A border that lies behind all rows. With one SQLite goes by the index, whose states have each too
# many rows on average; without one it reads all that was ever filed.
ALL_OF_THEM = timedelta(days=366)


@asks_database
def undecided_enquiries() -> Iterator[Number]:
    upto = timezone.now() + ALL_OF_THEM
    rows = Enquiry.objects.order_by().filter(status__in=undecided(), received_at__lte=upto)
    found = dict(rows.values_list("urgency").annotate(Count("pk")))
    for urgency in Enquiry.Urgency.values:
        count = found.get(urgency, 0)
        labels = (("urgency", urgency),)
        yield Number("clinic_enquiries_undecided", count, "Enquiries to be decided.", labels)
    count = Enquiry.objects.order_by().filter(to_ring(), received_at__lte=upto).count()
    yield Number("clinic_enquiries_to_ring", count, "Red flags of whom nobody was rung yet.")


@asks_database
def overdue_enquiries() -> Iterator[Number]:
    for clock, which in late_by_clock(the_clocks()).items():
        count = Enquiry.objects.order_by().filter(which).count()
        labels = (("clock", clock),)
        yield Number("clinic_enquiries_overdue", count, "Enquiries past their time.", labels)
