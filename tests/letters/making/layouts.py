"""Layouts of letters, after what practice programs and hospitals in Australia print."""

from collections.abc import Callable

from tests.letters.making.cases import Case, day
from tests.letters.making.sheets import Sheet

PROSE = [
    "I would value your opinion on persistent right-sided buttock pain over the sacroiliac joint for eight months. "
    "It began after a long car trip and is worse on standing from a chair. Straight leg raise is normal and there "
    "is no weakness, no saddle anaesthesia and no bladder or bowel disturbance.",
    "Thank you for your help with low back and left buttock pain of two years. Thigh thrust and Gaenslen are positive. "
    "MRI of 12/03/2025 shows no nerve compression. Physiotherapy and a belt gave little relief. She denies fever, "
    "night sweats or weight loss.",
    "The pain followed a pregnancy in 2019 and returned this year. An injection on 4 June 2025 helped for three weeks. "
    "Red flags: nil. Current medicines are paracetamol 1 g four times a day and naproxen 250 mg as needed.",
]
FLAGGED = [
    (
        "Over the last week there has been new urinary retention and numbness around the genitals.",
        "cauda_equina",
    ),
    ("There is progressive leg weakness on the left side.", "leg_weakness"),
    (
        "Bone scan raises the question of infection and she has had fevers and rigors since Monday.",
        "infection",
    ),
    (
        "CT shows a lytic lesion of the sacrum; previously treated breast cancer, I worry about metastatic disease.",
        "cancer",
    ),
]


def prose(case: Case, sheet: Sheet) -> Sheet:
    sheet.p(PROSE[case.number % 3])
    if case.number % 5 == 2:
        words, code = FLAGGED[case.number % 4]
        sheet.p(words)
        case.truth["flags"] = [code]
    if case.number % 4 == 1:
        sheet.p("I would be grateful if this patient could be seen urgently.")
        case.truth["urgent"] = True
    return sheet


def letterhead(case: Case, sheet: Sheet, align: str = "center") -> Sheet:
    sheet.p(case.practice, gap=False, align=align, bold=True)
    sheet.p(f"{case.practice_street}, {case.practice_town}", gap=False, align=align)
    sheet.p(f"Ph: {case.phone}   Fax: {case.fax}", f"Email: {case.email}", align=align)
    case.is_said("practice", "phone", "email")
    return sheet


def addressee(case: Case, sheet: Sheet) -> Sheet:
    sheet.p(case.specialist, "Sacroiliac Joint Clinic", "Level 2, 80 Specialist Parade", "Exampleville VIC 3999",
            f"Ph: {case.their_phone}")  # fmt: skip
    case.is_said("to")
    return sheet


def signature(case: Case, sheet: Sheet, closing: str = "Yours sincerely,") -> Sheet:
    sheet.p(closing).p("", gap=False)
    sheet.p(f"{case.doctor} MBBS FRACGP", f"Provider No: {case.provider}")
    case.is_said("doctor", "provider")
    return sheet


def greeting(case: Case) -> str:
    return f"Dear Dr {case.specialist.split()[-1]},"


def classic(case: Case) -> Sheet:
    """Letterhead, date, address, a block under “Re:”, prose, signature (Best Practice)."""
    sheet = letterhead(case, Sheet()).p(day(case.written))
    addressee(case, sheet).p(greeting(case))
    sheet.p(f"RE: {case.title} {case.name}", case.street, case.town, f"D.O.B.: {day(case.born)}",
            f"Medicare No: {case.spaced_card} / {case.irn}", f"Mobile: {case.mobile}")  # fmt: skip
    case.is_said("names", "birth", "address", "card", "irn", "mobile", "date")
    return signature(case, prose(case, sheet))


def one_line(case: Case) -> Sheet:
    """All of the patient in one sentence after “Re:”."""
    sheet = letterhead(case, Sheet(), "left").p(day(case.written, "long"))
    addressee(case, sheet).p(greeting(case))
    sheet.p(
        f"Re: {case.title} {case.given} {case.family.upper()}, DOB {day(case.born)}, {case.address}. Ph {case.mobile}. "
        f"Medicare {case.card} {case.irn}",
        bold=True,
    )
    case.is_said("names", "birth", "address", "card", "irn", "mobile", "date")
    return signature(case, prose(case, sheet), "Kind regards,")


def labelled_table(case: Case) -> Sheet:
    """A table with labels at the left (MedicalDirector)."""
    sheet = letterhead(case, Sheet()).p(f"Date: {day(case.written)}")
    addressee(case, sheet)
    sheet.table(
        ["Patient Name:", f"{case.family.upper()}, {case.given}"],
        ["Date of Birth:", f"{day(case.born)}  (Age: {2026 - case.born.year - 1})"],
        ["Gender:", case.sex],
        ["Address:", f"{case.street}\n{case.town}"],
        ["Home Phone:", case.home],
        ["Mobile Phone:", case.mobile],
        ["Medicare No.:", f"{case.spaced_card}-{case.irn}  Exp 05/2029"],
        ["Next of Kin:", f"Pat {case.family} (spouse) {case.kin_phone}"],
    )
    sheet.p(greeting(case))
    case.is_said("names", "birth", "sex", "address", "mobile", "card", "irn", "date")
    return signature(case, prose(case, sheet))


def several_doctors(case: Case) -> Sheet:
    """Doctors of a practice beside the letterhead, each with a number (Genie)."""
    right = [
        case.other_doctor,
        f"Provider No. {case.other_provider}",
        "",
        f"{case.doctor}",
        f"Provider No. {case.provider}",
    ]
    left = [
        case.practice,
        case.practice_street,
        case.practice_town,
        f"Telephone: {case.phone}",
        f"Facsimile: {case.fax}",
    ]
    sheet = Sheet().columns(left, right).p(day(case.written, "long"))
    addressee(case, sheet).p(greeting(case))
    sheet.p(f"RE:\t{case.title} {case.given} {case.family.upper()}  -  DOB: {day(case.born)}", f"\t{case.address}",
            f"\tMob: {case.mobile}")  # fmt: skip
    prose(case, sheet).p("With kind regards,").p("", gap=False).p(
        case.doctor, "General Practitioner"
    )
    case.is_said(
        "names", "birth", "address", "mobile", "date", "doctor", "provider", "practice", "phone"
    )
    return sheet


def pairs(case: Case) -> Sheet:
    """Several labels in a row (Zedmed)."""
    sheet = letterhead(case, Sheet()).p(day(case.written, "-"))
    addressee(case, sheet)
    sheet.p("Patient Details", gap=False, bold=True).table(
        ["Surname:", case.family.upper(), "Given Names:", case.given],
        ["D.O.B:", day(case.born, "."), "Sex:", case.sex[0]],
        ["Phone (H):", case.home, "Phone (M):", case.mobile],
        ["Medicare:", case.card, "IRN:", case.irn],
        ["File No:", "48213", "Pension No:", "123456789A"],
    )
    sheet.p(greeting(case))
    case.is_said("names", "birth", "sex", "mobile", "card", "irn", "date")
    return signature(case, prose(case, sheet), "Yours faithfully")


def hospital(case: Case) -> Sheet:
    """A hospital: a label at the right, a ward's telephone, no practice of the writer's own."""
    label = [f"UR: {case.random.randrange(10**6, 10**7)}", f"{case.family.upper()}, {case.given}", f"DOB: {day(case.born)}   Sex: {case.sex[0]}",
             f"{case.street}", f"{case.town}", f"Ph: {case.mobile}"]  # fmt: skip
    sheet = Sheet().columns(
        ["Exampleville Hospital", "Department of Rheumatology", f"Switchboard: {case.phone}"], label
    )
    sheet.p(f"Date: {day(case.written)}").p(
        f"To: {case.specialist}", "Sacroiliac Joint Clinic", f"Fax: {case.their_phone}"
    )
    sheet.p(greeting(case)).p(
        f"Thank you for seeing {case.title} {case.family}, who was reviewed in our clinic today."
    )
    prose(case, sheet).p("Yours sincerely").p("", gap=False).p(
        case.doctor, "Rheumatology Registrar", f"Provider number {case.provider}"
    )
    sheet.p(f"cc: {case.other_doctor}, Bluegum Health, Ph {case.kin_phone}")
    case.is_said("names", "birth", "sex", "address", "mobile", "date", "to", "doctor", "provider")
    case.truth["answers"]["practice_name"] = "Exampleville Hospital"
    return sheet


def labels_above(case: Case) -> Sheet:
    """Labels above what they name."""
    sheet = letterhead(case, Sheet(), "left").p(f"Referral date: {day(case.written)}")
    sheet.p(f"To: {case.specialist}", "Sacroiliac Joint Clinic").table(
        ["Family name", "Given names", "Date of birth", "Sex"],
        [case.family, case.given, day(case.born), case.sex],
    )
    sheet.table(
        ["Address", "Mobile", "Medicare number", "IRN"],
        [f"{case.street}\n{case.town}", case.mobile, case.spaced_card, case.irn],
    )
    case.is_said("names", "birth", "sex", "address", "mobile", "card", "irn", "date", "to")
    return signature(case, prose(case, sheet))


def sections(case: Case) -> Sheet:
    """A form with a part for each person; the next of kin's comes in the middle."""
    sheet = Sheet().p("REFERRAL FORM", bold=True).p(f"Date of referral: {day(case.written)}")
    sheet.p("PATIENT DETAILS", f"Name: {case.title} {case.name}", f"DOB: {day(case.born)}", f"Address: {case.address}",
            f"Phone: {case.mobile}", f"Medicare number: {case.spaced_card}   Ref: {case.irn}")  # fmt: skip
    sheet.p(
        "NEXT OF KIN",
        f"Name: Pat {case.family}",
        "Relationship: brother",
        f"Phone: {case.kin_phone}",
        "Address: 99 Other Road, Sampleton NSW 2999",
    )
    sheet.p("REFERRING DOCTOR", f"Name: {case.doctor}", f"Practice: {case.practice}", f"Provider no: {case.provider}",
            f"Phone: {case.phone}", f"Fax: {case.fax}", f"Email: {case.email}")  # fmt: skip
    sheet.p("REFERRED TO", f"{case.specialist}", f"Phone: {case.their_phone}").p(
        "REASON FOR REFERRAL", gap=False
    )
    case.is_said(
        "names",
        "birth",
        "address",
        "mobile",
        "card",
        "irn",
        "date",
        "to",
        "doctor",
        "practice",
        "provider",
        "phone",
        "email",
    )
    return prose(case, sheet)


def only_kin_has_a_phone(case: Case) -> Sheet:
    """The only telephone beside the patient is the mother's; a card without its number."""
    sheet = letterhead(case, Sheet()).p(day(case.written, "week"))
    addressee(case, sheet).p(greeting(case))
    sheet.p(
        f"Re: {case.given} {case.family}  DOB: {day(case.born, '-')}",
        f"Medicare: {case.spaced_card}",
        f"Mother: Jill {case.family}, Ph: {case.kin_phone}",
    )
    case.is_said("names", "birth", "card", "date")
    return signature(case, prose(case, sheet), "Many thanks,")


def patient_at_right(case: Case) -> Sheet:
    """The address at the left, the patient at the right of it."""
    sheet = letterhead(case, Sheet()).p(day(case.written))
    sheet.columns([case.specialist, "Sacroiliac Joint Clinic", "80 Specialist Parade", "Exampleville VIC 3999", f"Ph: {case.their_phone}"],
                  [f"Patient: {case.name}", f"DOB: {day(case.born)}", f"Phone: {case.home}", f"Address: {case.street}", case.town])  # fmt: skip
    sheet.p(greeting(case))
    case.is_said("to", "names", "birth", "home", "address", "date")
    return signature(case, prose(case, sheet))


def only_prose(case: Case) -> Sheet:
    """No block at all: the patient stands in the first sentence."""
    sheet = (
        Sheet()
        .p(case.practice, f"{case.practice_street}, {case.practice_town}", f"Tel {case.phone}")
        .p(day(case.written, "th"))
    )
    sheet.p(greeting(case)).p(
        f"Thank you for seeing {case.title} {case.name}, born {day(case.born)}, with sacroiliac pain."
    )
    case.is_said("names", "birth", "date", "practice", "phone", "to")
    case.truth["addressed_to"] = f"Dr {case.specialist.split()[-1]}"
    return signature(case, prose(case, sheet))


def two_practices(case: Case) -> Sheet:
    """A letterhead of two places with a number each: whose is the writer's is not said."""
    sheet = Sheet().columns(
        ["Harbour Street Family Practice", f"Ph: {case.phone}"],
        ["Bluegum Health", f"Ph: {case.their_phone}"],
    )
    sheet.p(day(case.written)).p(case.specialist, "Sacroiliac Joint Clinic").p(greeting(case))
    sheet.p(
        f"Re: {case.title} {case.name}",
        f"Date of birth: {day(case.born)}",
        f"Tel (home): {case.home}",
        f"Medicare number: {case.card}",
        f"Reference: {case.irn}",
    )
    case.is_said("names", "birth", "home", "card", "date", "to")
    return signature(case, prose(case, sheet))


def sender_in_foot(case: Case) -> Sheet:
    """The practice stands at the foot; only the specialist has a telephone above."""
    sheet = Sheet(
        foot=f"{case.practice}, {case.practice_street}, {case.practice_town}  Ph {case.phone}  {case.email}"
    )
    sheet.p(day(case.written))
    addressee(case, sheet).p(greeting(case)).p(
        f"RE: {case.title} {case.name} ({day(case.born)})", f"Mobile {case.mobile}"
    )
    case.is_said("names", "mobile", "date", "practice", "phone", "email")
    return signature(case, prose(case, sheet))


def copies(case: Case) -> Sheet:
    """Copies to doctors with numbers of their own."""
    sheet = letterhead(case, Sheet()).p(day(case.written))
    addressee(case, sheet).p(greeting(case)).p(
        f"Re: {case.family.upper()}, {case.given} - DOB {day(case.born)}"
    )
    signature(case, prose(case, sheet))
    sheet.p(
        f"Copy to: {case.other_doctor}",
        "Bluegum Health",
        f"Provider No: {case.other_provider}",
        f"Ph: {case.their_phone}",
    )
    case.is_said("names", "birth", "date")
    return sheet


def old_address(case: Case) -> Sheet:
    """A former address, a postal one and a former name."""
    sheet = letterhead(case, Sheet()).p(day(case.written))
    addressee(case, sheet).table(
        ["Patient", f"{case.title} {case.name}"],
        ["Previous name", f"{case.given} Formerly"],
        ["DOB", day(case.born)],
        ["Previous address", "77 Former Street, Sampleton NSW 2999"],
        ["Home address", case.address],
        ["Postal address", "PO Box 12, Sampleton NSW 2999"],
        ["Mobile", case.mobile],
        ["Medicare", f"{case.spaced_card} ({case.irn})"],
    )
    sheet.p(greeting(case))
    case.is_said("names", "birth", "address", "mobile", "card", "irn", "date")
    return signature(case, prose(case, sheet))


def numbers_of_all_sorts(case: Case) -> Sheet:
    """Hospital, health identifier, DVA and file numbers around the one that counts."""
    sheet = letterhead(case, Sheet()).p(day(case.written))
    addressee(case, sheet).p(greeting(case))
    sheet.p(f"Patient Name: {case.name}   DOB: {day(case.born)}   Sex: {case.sex}", f"IHI: 8003 6081 6669 0503   MRN: {case.random.randrange(10**9, 10**10)}   DVA No: NX123456",
            f"Medicare No: {case.card}   Ref No: {case.irn}   Expiry: 07/2028", f"H: {case.home}   W: {case.their_phone}", f"Emergency contact: Lee Helper   M: {case.kin_phone}")  # fmt: skip
    case.is_said("names", "birth", "sex", "card", "irn", "home", "date")
    return signature(case, prose(case, sheet))


def two_pages(case: Case) -> Sheet:
    """A long letter that names the patient again on its second page, with visits and results dated."""
    sheet = letterhead(case, Sheet()).p(day(case.written))
    addressee(case, sheet).p(greeting(case)).p(
        f"Re: {case.title} {case.name}  DOB: {day(case.born)}  Mobile: {case.mobile}"
    )
    for number in range(14):
        sheet.p(PROSE[number % 3])
    sheet.p("Past History:", "2014 - Appendicectomy", "03/05/2019 - Caesarean section").p(
        f"Page 2. Re: {case.name} DOB: {day(case.born)}"
    )
    case.is_said("names", "birth", "mobile", "date")
    return signature(case, sheet)


def to_a_surgeon(case: Case) -> Sheet:
    """To a surgeon who is called Mr; the signature has the practice's number of its own."""
    name = case.specialist.split(" ", 1)[1]
    sheet = (
        Sheet()
        .p(case.practice.upper(), f"{case.practice_street}, {case.practice_town}")
        .p(day(case.written))
    )
    sheet.p(f"Mr {name}", "Orthopaedic Surgeon", f"Ph: {case.their_phone}").p(
        f"Dear Mr {name.split()[-1]}"
    )
    sheet.p(
        f"Re: {case.title} {case.given} {case.family.upper()}",
        f"DOB: {day(case.born)}  M: {case.mobile}",
    )
    prose(case, sheet).p("Regards").p(
        case.doctor,
        f"Provider Number: {case.provider[:6]} {case.provider[6:]}",
        f"Direct phone: {case.phone}",
        case.email,
    )
    case.is_said("names", "birth", "mobile", "date", "doctor", "provider", "phone", "email")
    case.truth["answers"]["practice_name"] = case.practice.upper()
    case.truth["addressed_to"] = f"Mr {name}"
    return sheet


def nurse(case: Case) -> Sheet:
    """A nurse practitioner, who has no title in front of her name."""
    sheet = letterhead(case, Sheet()).p(day(case.written))
    addressee(case, sheet).p("Dear Doctor")
    sheet.p(
        f"Re: {case.given} {case.family}, {day(case.born)}",
        f"DOB: {day(case.born)}",
        f"Address: {case.street}",
        case.town,
        f"Contact number: {case.mobile}",
    )
    prose(case, sheet).p("Yours sincerely").p("", gap=False)
    sheet.p(
        f"{case.doctor_given} {case.doctor_family}",
        "Nurse Practitioner",
        f"Provider No: {case.provider}",
    )
    case.is_said("names", "birth", "address", "mobile", "date", "provider")
    case.truth["answers"]["name"] = f"{case.doctor_given} {case.doctor_family}"
    return sheet


LAYOUTS: list[Callable[[Case], Sheet]] = [
    classic, one_line, labelled_table, several_doctors, pairs, hospital, labels_above, sections, only_kin_has_a_phone,
    patient_at_right, only_prose, two_practices, sender_in_foot, copies, old_address, numbers_of_all_sorts, two_pages,
    to_a_surgeon, nurse,
]  # fmt: skip
