"""The doctor: tries whether this site does what it should, and says how to mend what does not.

What it asks, in the order in which it is told. An app adds a line; `finding.asks` is how a check
is declared. The checks of /healthz (HEALTH_CHECKS) are asked after these. Read by the settings, so
nothing is imported here.
"""

_HERE = "clinic_site.operations.doctor"
CHECKS = [
    f"{_HERE}.database.migrations",  # first: while some wait, nothing else asks the database
    f"{_HERE}.settings_checks.deployment_settings",
    f"{_HERE}.settings_checks.code",
    f"{_HERE}.settings_checks.numbers_of_gunicorn",
    f"{_HERE}.settings_checks.where_it_listens",
    f"{_HERE}.outside.site_url",
    f"{_HERE}.outside.certificate",
    f"{_HERE}.outside.large_letter",
    f"{_HERE}.mail.mail_server",
    f"{_HERE}.folders.writing",
    f"{_HERE}.folders.owners_of_files",
    f"{_HERE}.folders.static_files",
    f"{_HERE}.folders.newest_backup",
    f"{_HERE}.database.constraints_and_indexes",
    f"{_HERE}.settings_checks.deployment_database",
    f"{_HERE}.database.clock",
    f"{_HERE}.database.kind_of_database",
    f"{_HERE}.keys.data_keys",
    f"{_HERE}.keys.key_sheet",
    f"{_HERE}.folders.pictures",
    f"{_HERE}.store.object_store",
    "referrals.files.health.letters_and_rows",
    f"{_HERE}.people.owner",
    f"{_HERE}.people.second_factors",
    f"{_HERE}.people.second_address",
    f"{_HERE}.people.sample_facts",
    "conditions.showing.doctor.unsigned_instructions",
]
NEWEST_BUNDLE = "clinic_site.operations.backups.bundles.newest_bundle"  # path and made_at, or None
