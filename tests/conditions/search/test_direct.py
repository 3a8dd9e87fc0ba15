"""Facts of the clinic and its tools answer a search at once, before any page."""

from datetime import timedelta

import pytest
from django.utils import timezone

from clinic_site.models import Clinic, Clinician, Closure, Location
from conditions.publishing.verbs import publish_starter
from conditions.search.direct import direct_answers
from conditions.search.site.slips import mended_for_answers
from conditions.search.site.spelling import NEVER_MEANT
from tests.makers import make_clinic, make_page

pytestmark = pytest.mark.django_db

ASKED = {
    "parking": "Parking",
    "where can I park?": "Parking",
    "is there a car park": "Parking",
    "wheelchair access": "Getting in",
    "what is your address": "Where to find us",
    "how do I get there": "Where to find us",
    "map": "Where to find us",
    "opening hours": "Opening hours",
    "are you open on Saturday": "Opening hours",
    "phone number": "Ring or write to us",
    "telephone": "Ring or write to us",
    "contact": "Ring or write to us",
    "fax": "Fax",
    "what’s your fax number": "Fax",
    "refer": "Refer a patient",
    "Referral": "Refer a patient",
    "how to refer a patient": "Refer a patient",
    "healthlink": "Secure messaging, for doctors",
    "referral form": "The referral form on paper",
    "form on paper": "The referral form on paper",
    "cancel appointment": "Make, move or cancel an appointment",
    "cancel": "Make, move or cancel an appointment",
    "I need to change my appointment": "Make, move or cancel an appointment",
    "planner": "Recovery planner",
    "questions to ask": "Questions to ask",
    "my questions": "Questions to ask",
    "surgeon": "Our team",
    "emergency": "In an emergency call 000",
    "pee problems numb down there": "This can be an emergency: call 000",
    "can't feel between my legs": "This can be an emergency: call 000",
    "numbness in my groin since last night": "This can be an emergency: call 000",
    "both my legs are weak": "This can be an emergency: call 000",
    "lost control of my bowels": "This can be an emergency: call 000",
    "temperature and a sore back": "This can be an emergency: call 000",
    "complaint": "Tell us what went wrong",
    "zoom": "A visit by video or telephone",
    "lady doctor": "Our team",
    "brufen and mobic": "Two anti-inflammatories together",
    "lost my receipt": "Follow a referral",
    "how quickly can I get in": "How long is the wait?",
    "bleeding heavily": "In an emergency call 000",
    "do you do video consults": "A visit by video or telephone",
    "stuck in traffic, 15 minutes late": "Make, move or cancel an appointment",
    "who will be doing my operation": "Our team",
    "my chest feels tight": "In an emergency call 000",
    "fainted in the shower": "In an emergency call 000",
    "lost feeling in my private parts": "This can be an emergency: call 000",
    "feeling numb around my bum": "This can be an emergency: call 000",
    "septic sacroiliitis": "An infected joint can be an emergency: call 000",
    "should i call an ambulance": "In an emergency call 000",
    "i cant go on": "Pain can make life feel not worth living",
    "can my physio refer": "You treat the patient and are not a doctor",
    "referral from hospital": "Refer from a hospital",
    "email the doctor": "Write to us by email",
    "is there wifi": "What there is at the rooms",
    "price": "What a visit costs",
    "how much is an injection": "What an injection or a scan costs",
    "saturday appointments": "Opening hours",
    "clinical trials": "Taking part in research",
    "adf": "Members of the Defence Force",
    "hospital transport": "Getting to the hospital and home",
    "new patient form": "A form for new patients",
    "exercises to avoid": "Exercises to leave out",
    "italian interpreter": "This site is in English",
    "tarlov cyst": "No page here is about Tarlov cysts",
    "hiring a frame": "No page here is about lending walkers, frames or shower chairs",
    "knee": "No page here is about knees",
    "tpd report": "Reports for an insurer, a lawyer or work",
    "perindopril": "Your blood pressure tablet",
}
NOT_ASKED = [
    "open fusion",
    "open surgery",
    "referred pain",
    "lifting a child",
    "walking frame",
    "questions people have about pain",
    "number of screws",
    "rest at home",
    "pain map",
    "map of the joint",
    "is it dangerous",
    "lift my leg",
    "numbing injection",
    "weak core muscles",
    "toilet seat",
    "bladder and pelvic floor over the years",
    "do i need a referral",
    "can i refer myself",
    "brufen and advil",
    "nurofen and panadol",
    "pain after hip replacement",
    "pillow between the knees",
    "weak leg",
    "what can make it worse",
    "unconscious during surgery",
    "collapsed disc",
    "private hospital, how will I feel",
    "perindopril before my operation",
    "infection rate of fusion",
    "does anyone see my questions",
    "how long does my surgery take",
    "pillow under knee",
    "exercises to avoid after surgery",
    "",
    "?",
]


@pytest.fixture
def clinic():
    make_clinic()
    room = Location.objects.first() or Location(clinic_id=1)
    room.name, room.address = "Sample Rooms", "1 Sample Street"
    room.parking, room.access = "Behind the house.", "One step."
    room.save()
    return Clinic.with_rooms()


def headings(query, clinic):
    return [answer.heading for answer in direct_answers(query, clinic)]


@pytest.mark.parametrize("query", ASKED)
def test_what_people_ask_of_a_clinic_is_answered_first(clinic, query):
    assert headings(query, clinic)[:1] == [ASKED[query]]


@pytest.mark.parametrize("query", NOT_ASKED)
def test_a_question_about_the_body_is_left_to_the_pages(clinic, query):
    assert headings(query, clinic) == []


def test_the_fact_of_today_is_shown(client, clinic):
    html = client.get("/search/", {"q": "parking"}).content.decode()
    assert "Behind the house." in html
    Location.objects.update(parking="In the street.")
    assert "In the street." in client.get("/search/", {"q": "parking"}).content.decode()


def test_what_the_clinic_has_not_filled_in_leads_to_the_telephone(clinic):
    Location.objects.update(parking="")
    (answer,) = direct_answers("parking", Clinic.with_rooms())
    assert answer.telephone == clinic.telephone
    assert answer.lines == ("Please ask the rooms.",)


def test_a_doctor_is_found_by_any_of_her_names(clinic):
    Clinician.objects.create(clinic_id=1, name="Dr Sample Vantongeren", role="Surgeon")
    for query in ["vantongeren", "dr vantongeren", "Sample Vantongeren"]:
        assert headings(query, clinic)[:1] == ["Dr Sample Vantongeren"], query
    assert headings("sample pain", clinic) == []


def test_several_rooms_are_told_apart(clinic):
    Location.objects.create(clinic_id=1, name="Other Rooms", address="2 Sample Street", parking="-")
    (answer,) = direct_answers("parking", Clinic.with_rooms())
    assert [line.partition(":")[0] for line in answer.lines] == ["Sample Rooms", "Other Rooms"]


def test_a_fact_is_escaped(client, clinic):
    Location.objects.update(parking="<script>alert(1)</script>")
    assert "<script>alert" not in client.get("/search/", {"q": "parking"}).content.decode()


def test_before_a_clinic_is_set_up_a_search_answers_too():
    Clinic.objects.all().delete()
    assert headings("lee", Clinic.with_rooms()) == []


def test_opening_hours_say_when_the_rooms_are_closed_and_why(clinic):
    first = timezone.localdate() + timedelta(days=1)
    Closure.objects.create(clinic_id=1, first_day=first, last_day=first, reason="Holidays")
    (answer,) = direct_answers("public holidays", Clinic.with_rooms())
    assert any(line.endswith(f"{first.year}: Holidays") for line in answer.lines), answer.lines
    assert any(line.startswith(f"Closed {first.day} ") for line in answer.lines), answer.lines


def test_what_no_page_is_about_is_said_until_one_is(clinic):
    no_page = "No page here is about dry needling"
    publish_starter(page=make_page(words="<p>Dry needling is one of many.</p>"))
    assert headings("does dry needling help", clinic) == [no_page]
    publish_starter(page=make_page(slug="b", words="<h2>Dry needling</h2><p>Thin needles.</p>"))
    assert headings("does dry needling help", clinic) == []


def test_no_answer_says_whether_the_clinic_offers_a_treatment(clinic):
    for query in ["botox", "stem cells", "knee replacement"]:
        (answer,) = direct_answers(query, clinic)
        assert answer.telephone == clinic.telephone, query
        assert not {"offer", "offers", "do", "not"} & set(" ".join(answer.lines).split()), query


def test_tablets_while_breastfeeding_are_left_to_a_page_that_names_them(clinic):
    assert headings("nurofen while breastfeeding", clinic) == ["Tablets while you breastfeed"]
    words = "<h2>Tablets while you breastfeed</h2><p>Ask.</p>"
    publish_starter(page=make_page(words=words))
    assert headings("nurofen while breastfeeding", clinic) == []


def test_an_emergency_looks_like_one_and_its_number_is_dialled(client, clinic):
    html = client.get("/search/", {"q": "cauda equina"}).content.decode()
    assert '<section class="care-card care-emergency">' in html
    assert '<a class="button button-emergency" href="tel:000">Call 000</a>' in html
    parking = client.get("/search/", {"q": "parking"}).content.decode()
    assert '<section class="care-card' not in parking


def test_opinions_of_a_doctor_are_asked_of_the_team(clinic):
    Clinician.objects.create(clinic_id=1, name="Dr Sample Vantongeren", role="Surgeon")
    assert headings("is dr vantongeren any good", clinic)[:1] == ["Dr Sample Vantongeren"]


def test_where_no_line_to_ring_is_known_despair_leads_to_the_emergency_number(clinic):
    clinic.emergency_number = "112"
    assert headings("i want to die", clinic) == ["In an emergency call 112"]


def test_who_is_worn_down_reads_whom_to_ring(clinic):
    (answer,) = direct_answers("i hate this body", clinic)
    assert (answer.telephone, answer.is_emergency) == ("13 11 14", False)
    clinic.emergency_number = "112"
    (answer,) = direct_answers("i hate this body", clinic)
    assert answer.telephone == clinic.telephone


def test_what_the_site_does_not_say_is_said_with_whom_to_ask(clinic):
    (answer,) = direct_answers("is there a bmi limit", clinic)
    assert "No page here names a weight" in answer.lines[0]
    assert (answer.telephone, answer.address) == (clinic.telephone, "/contact/")


def test_whoever_writes_in_another_language_is_led_to_an_interpreter(clinic):
    for query in ["tiếng Việt", "العربية", "no hablo inglés"]:
        (answer,) = direct_answers(query, clinic)
        assert answer.telephone == "131 450", query


def test_a_blood_pressure_tablet_by_name_leads_to_the_rule_for_all_of_them(clinic):
    (answer,) = direct_answers("perindopril", clinic)
    assert answer.heading == "Your blood pressure tablet"
    assert "Do not stop it by yourself." in answer.lines[1]
    assert headings("perindopril before surgery", clinic) == []


def test_in_despair_both_numbers_are_dialled(client, clinic):
    html = client.get("/search/", {"q": "i want to die"}).content.decode()
    assert 'href="tel:131114"' in html
    assert '<a href="tel:000">Call 000</a>' in html


def test_each_kind_of_sender_comes_to_a_form_of_its_own(clinic):
    (physio, hospital, *_) = direct_answers("provider number", clinic)
    assert [physio.address, hospital.address] == ["/refer/?as=physio", "/refer/?as=hospital"]


def test_the_template_of_the_letter_is_a_file(client, clinic):
    html = client.get("/search/", {"q": "template for referral letter"}).content.decode()
    assert '<a href="/static/downloads/referral-letter.rtf">Word file (RTF)</a>' in html
    assert '<a href="/static/downloads/referral-letter.txt">Plain text</a>' in html


def test_a_reference_leads_to_the_link_that_shows_whether_it_has_arrived(clinic):
    for query in ["SIJ-7KH2M9PD", "sij 7kh2m9pd", "has SIJ-7KHX come"]:
        (answer,) = direct_answers(query, clinic)
        assert "A search cannot look up a reference." in answer.lines, query
        assert answer.telephone == clinic.telephone, query
    for query in NO_REFERENCES:
        assert "Has it arrived?" not in headings(query, clinic), query


NO_REFERENCES = ["sij-related pain", "sij 2024", "sij l5s1", "si joint", "SIJ - L5S1 fusion"]
NO_REFERENCES += ["sij-grade3", "sij - 100mg", "sij 6months off work", "SIJ 12weeks after fusion"]


@pytest.mark.parametrize(
    "query",
    [
        "sij 2weeks post op chest pain",
        "sij - 6weeks after fusion numb between legs",
        "SIJ 3months i want to die",
        "SIJ-7KH2M9PD chest pain since this morning",
    ],
)
def test_what_looks_like_a_reference_never_hides_an_emergency(clinic, query):
    (answer, *_) = direct_answers(query, clinic)
    assert answer.is_emergency or answer.alone


def test_a_misspelt_name_that_only_a_card_knows_is_mended(client, clinic):
    html = client.get("/search/", {"q": "telehelth"}).content.decode()
    assert "A visit by video or telephone" in html
    assert "We searched for <strong>telehealth</strong> instead of “telehelth”." in html


def test_no_misspelt_word_is_mended_into_alarm():
    for query in ["cancr", "fractur", "parallysis", "emergancies"]:
        better = set(mended_for_answers(query).split())
        assert not better & NEVER_MEANT, query


def test_a_word_of_a_report_is_left_to_whoever_ordered_the_scan(clinic):
    (answer,) = direct_answers("bone marrow oedema", clinic)
    assert "Ask whoever ordered yours" in answer.lines[0]
    assert headings("marrow oedema criteria asas", clinic) == []


def test_weight_that_is_lost_without_trying_is_left_to_the_warning_signs(clinic):
    assert headings("weight loss", clinic) == []
    assert headings("lose weight", clinic) == ["Weight and this pain"]
