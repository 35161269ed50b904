"""Orders to the sites: carried out once, answered on the record, and looked at afterwards as a visitor sees it."""
