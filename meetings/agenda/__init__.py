"""The agenda as its clerk builds it: items, their order and numbers, their documents."""
