"""Invented people, visibly samples. Their numbers and addresses are reserved and reach nobody."""

from datetime import date
from typing import NamedTuple


class Patient(NamedTuple):
    given: str
    family: str
    birth_date: date
    phone: str


class Doctor(NamedTuple):
    name: str
    practice: str
    provider_number: str
    phone: str
    email: str


PATIENTS = [
    Patient("Ada", "Samplewood", date(1979, 3, 14), "0491 570 006"),
    Patient("Ben", "Sampleton", date(1964, 11, 2), "0491 570 156"),
    Patient("Chloe", "Samplefield", date(1991, 6, 21), "0491 570 157"),
    Patient("Dinh", "Sample-Tran", date(1986, 1, 9), "0491 570 158"),
    Patient("Elena", "Samplova", date(1958, 8, 30), "0491 570 159"),
    Patient("Farid", "al-Sample", date(1972, 4, 5), "0491 570 110"),
    Patient("Grace", "O’Sample", date(1949, 12, 17), "0491 570 313"),
    Patient("Hiroshi", "Samplemoto", date(1983, 9, 26), "0491 570 737"),
    Patient("Isla", "Samplebrook", date(1997, 2, 11), "0491 571 266"),
    Patient("Jack", "Samplesmith", date(1969, 7, 7), "0491 571 491"),
]
DOCTORS = [
    Doctor(
        "Dr Priya Example",
        "Example Street Practice",
        "2426621B",
        "02 5550 0101",
        "priya@example-street.example",
    ),
    Doctor(
        "Dr Owen Specimen",
        "Specimen Family Doctors",
        "4024742F",
        "02 7010 0202",
        "owen@specimen.example",
    ),
    Doctor(
        "Dr Mei Template",
        "Template Medical Centre",
        "2429581T",
        "02 5550 0303",
        "mei@template.example",
    ),
]
REASONS = [
    "Left buttock pain for 14 months, worse on stairs and when she turns in bed. Is it the joint?",
    "Pain low on the right since a fall from a ladder. Standing on one leg hurts. Please assess.",
    "Pain since her second child, two years ago. Belt and exercises help a little.",
    "Fusion of L4 to S1 in 2019. New pain below it, on one side. Injection asked for?",
    "Both sides ache after sitting for half an hour. Three provocation tests were positive.",
    "Radiofrequency in 2024 helped for eight months. The pain is back. What next?",
]
TRIED = [
    "Physiotherapy for 12 weeks, paracetamol, ibuprofen.",
    "Exercises at home, a belt, one steroid injection that helped for six weeks.",
    "Heat, walking, naproxen. Little change.",
]
QUESTIONS = [
    ("appointment", "My doctor sent a referral two weeks ago. When may I expect a call?"),
    ("fees", "What does a first visit cost, and how much comes back from Medicare?"),
    ("other", "Is there parking for somebody who walks with two sticks?"),
    ("referral", "My referral is from last year. Do I need a new one?"),
    ("appointment", "I have to move my visit on Tuesday. Which days are free?"),
]
LETTER = r"""{\rtf1\ansi\deff0{\fonttbl{\f0 Arial;}}\f0\fs22
\b SAMPLE LETTER \b0\par\par Dear colleague,\par\par
Thank you for seeing %(patient)s, born %(born)s.\par\par %(reason)s\par\par
Tried so far: %(tried)s\par No allergies. No red flags.\par\par
Kind regards\par %(doctor)s\par %(practice)s\par}"""
