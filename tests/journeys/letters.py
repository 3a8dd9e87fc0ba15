"""A letter as practice programs write it, about somebody who is visibly a sample."""

from pathlib import Path

from weasyprint import HTML

PATIENT = """Re: Ms Jo SAMPLEPATIENT<br>DOB: 31/01/1980<br>
Address: 4 Test Road, Sampleton NSW 2000<br>Phone: 0491 570 156<br>Medicare No: 3278 85119 5 / 2"""
SENDER = """<p>Samplebay Family Practice<br>12 Sample Street, Sampleton NSW 2000<br>
Ph: 02 5550 1234<br>Email: sam@practice.example</p>"""
QUESTION = "Thank you for seeing Jo, with pain in the left buttock for 8 months."


def write_letter(
    path: Path, *, patient: str = PATIENT, question: str = QUESTION, to: str = "Colleague"
) -> Path:
    """A PDF with words, dated today by its reader’s clock. No two tests send the same file."""
    from django.utils import timezone

    html = f"""<title>{path.parent.name}</title>{SENDER}
    <p>Date: {timezone.localdate():%d/%m/%Y}</p><p>Dear {to}</p><p>{patient}</p>
    <p>{question}</p><p>Yours sincerely</p><p>Dr Sam Samplegp<br>Provider No: 2426621B</p>"""
    HTML(string=html).write_pdf(path)
    return path
