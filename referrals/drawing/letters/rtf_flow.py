"""A stream of text being filled: paragraphs, and tables that end when the text goes on."""

from dataclasses import dataclass, field

from referrals.drawing.letters.words import Cell, Paragraph, Piece, Table


@dataclass
class Flow:
    """A stream of text that is being filled: the letter itself, or a part that is set off."""

    kind: str = ""
    pieces: list[Piece] = field(default_factory=list)
    paragraph: Paragraph = field(default_factory=Paragraph)
    cell: list[Piece] = field(default_factory=list)
    row: list[Cell] = field(default_factory=list)
    rows: list[list[Cell]] = field(default_factory=list)
    in_table: bool = False
    label: str = ""
    depth: int = 0

    def end_paragraph(self) -> None:
        paragraph, self.paragraph = self.paragraph, Paragraph(level=self.paragraph.level)
        paragraph.label, self.label = " ".join(self.label.split()), ""
        if self.in_table:
            self.cell.append(paragraph)
        else:
            self.end_table()
            self.pieces.append(paragraph)

    def end_cell(self) -> None:
        self.in_table = True
        self.end_paragraph()
        self.row.append(Cell(self.cell))
        self.cell = []

    def end_row(self) -> None:
        if self.row:
            self.rows.append(self.row)
        self.row = []

    def end_table(self) -> None:
        """Words that wait in a cell without an end are words all the same."""
        loose, self.cell = self.cell, []
        self.end_row()
        if self.rows:
            self.pieces.append(Table(self.rows))
            self.rows = []
        self.pieces += loose

    def finish(self) -> list[Piece]:
        if self.paragraph.runs or self.label:
            self.end_paragraph()
        self.end_table()
        return self.pieces
