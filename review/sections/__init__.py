"""One file a section of the page: a frozen model, made from an assembly, with the findings that it adds."""
