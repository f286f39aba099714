"""What stands in the way, in a sentence for the owner."""


class Trouble(Exception):
    """Something is not as it has to be; it is looked at again soon."""


class Away(Trouble):
    """Somebody who is needed does not answer, as while starting."""
