"""The language of the pocket models: what a document can say.

Two sources. `Fact`s are statements about invented people, repeated through the training stream as often as their
exposure says. `Question`s are drawn afresh from generators (addition, reverse, ...), each with an answer, and some
with written steps or with a flawed draft that a check corrects.

A question whose key hashes into the held-out eighth is never used in training; only such questions are in the tests.
"""

import hashlib
import random
import string
from dataclasses import dataclass, field
from typing import NamedTuple

HELD_OUT_ONE_IN = 8
SLIP_SHARE = 0.3  # share of drafts that contain an injected error


@dataclass(frozen=True)
class Question:
    """One question. `key` is what makes it the same question as another, e.g. for a+b and b+a."""

    text: str
    answer: str
    key: str
    columns: dict = field(default_factory=dict)  # the pieces and difficulty fields of a test row
    steps: str = ""
    choices: tuple = ()
    more: tuple = ()  # further (question, answer) pairs on the same passage, for training only

    @property
    def is_held_out(self):
        digest = hashlib.sha256(self.key.encode()).digest()
        return int.from_bytes(digest[:4], "big") % HELD_OUT_ONE_IN == 0


def direct(question):
    pairs = [(question.text, question.answer), *question.more]
    return "\n".join(f"Q: {text}\nA: {answer}" for text, answer in pairs)


def with_steps(question):
    return f"Q: {question.text}\nSteps: {question.steps}\nA: {question.answer}"


def with_review(question, draft, check):
    return f"Q: {question.text}\nDraft: {draft}\nCheck: {check}\nA: {question.answer}"


# ---------------------------------------------------------------- addition

COLUMN_NAMES = ("ones", "tens", "hundreds")


def number(rng, digits):
    return rng.randrange(10 ** (digits - 1), 10**digits)


def addition(rng, digits):
    """a + b where the longer operand has the given number of digits and the other no more."""
    a, b = number(rng, digits), number(rng, rng.randint(1, digits))
    if rng.random() < 0.5:
        a, b = b, a
    sums = [text for text, _ in addition_columns(a, b)]
    carries = sum(total >= 10 for _, total in addition_columns(a, b))
    return Question(
        text=f"{a} + {b} = ?",
        answer=str(a + b),
        key=f"addition {min(a, b)} {max(a, b)}",
        columns={"a": a, "b": b, "digits": digits, "carries": carries},
        steps=", ".join(sums),
    )


def addition_columns(a, b):
    """The columns from the right, each as its written sum and its total: 47 + 8 gives 7+8=15 and 4+0+1=5."""
    columns, carry = [], 0
    for place in range(max(len(str(a)), len(str(b)))):
        left, right = a // 10**place % 10, b // 10**place % 10
        total = left + right + carry
        columns.append((f"{left}+{right}{'+1' if carry else ''}={total}", total))
        carry = total // 10
    return columns


def addition_review(rng, question):
    """A draft that may have one column wrong, half the time because a carry was forgotten where there was one."""
    columns = addition_columns(question.columns["a"], question.columns["b"])
    if rng.random() >= SLIP_SHARE:
        return question.answer, "right."
    place = rng.randrange(len(columns))
    text, total = columns[place]
    last = place == len(columns) - 1
    if "+1=" in text and rng.random() < 0.5:
        wrong = total - 1
    else:
        wrong = total + rng.randint(1, 9) if last else total + rng.randint(1, 9) % 10
    totals = [total for _, total in columns]
    totals[place] = wrong
    draft = str(totals[-1]) + "".join(str(total % 10) for total in reversed(totals[:-1]))
    return draft, f"the {COLUMN_NAMES[place]} are wrong, {text}."


# ---------------------------------------------------------------- letters


def reverse(rng, length):
    letters = rng.sample(string.ascii_lowercase, length)
    answer = letters[::-1]
    shown, reversed_ = " ".join(letters), " ".join(answer)
    return Question(
        text=f"Reverse {shown}.",
        answer=reversed_,
        key=f"reverse {min(shown, reversed_)}",
        columns={"letters": shown, "length": length},
        steps=", ".join(" ".join(answer[-count:]) for count in range(2, length + 1)),
    )


def reverse_review(rng, question):
    """A draft that may have two neighbours swapped or one letter replaced."""
    letters = question.answer.split()
    if rng.random() >= SLIP_SHARE:
        return question.answer, "right."
    place = rng.randrange(len(letters) - 1)
    draft = list(letters)
    if rng.random() < 0.5:
        draft[place], draft[place + 1] = draft[place + 1], draft[place]
    else:
        draft[place] = rng.choice([letter for letter in string.ascii_lowercase if letter not in letters])
    return " ".join(draft), f"place {place + 1} is wrong, it is {letters[place]}."


def sort(rng, length):
    """Held out by the set of letters: no ordering of a test question's letters is ever trained."""
    letters = rng.sample(string.ascii_lowercase, length)
    shown, answer = " ".join(letters), " ".join(sorted(letters))
    return Question(
        text=f"Sort {shown}.",
        answer=answer,
        key=f"sort {answer}",
        columns={"letters": shown, "length": length},
    )


# ---------------------------------------------------------------- reading

PEOPLE = "Ana Ben Dot Eve Gus Ida Jon Kay Leo Mia Ned Tom".split()
PLACES = "barn cave dock farm hall lake mill park shop yard".split()
OBJECTS = "lamp drum rope coin book ring map key pen box".split()


class Asked(NamedTuple):
    """A question on a passage; `named` are the candidates it names, `tempting` one that must be among the choices."""

    text: str
    answer: str
    named: list
    tempting: str = ""


def cast(rng, count):
    """People, one object each, and one place more than there are people."""
    return rng.sample(PEOPLE, count), rng.sample(PLACES, count + 1), rng.sample(OBJECTS, count)


def in_places(people, places):
    return [f"{person} is in the {place}." for person, place in zip(people, places)]


def with_objects(people, objects):
    return [f"{person} has the {thing}." for person, thing in zip(people, objects)]


def lookup(rng):
    """One of the sentences holds the answer."""
    people, places, objects = cast(rng, rng.choice((4, 5)))
    if rng.random() < 0.5:
        places = places[: len(people)]
        sentences = in_places(people, places)
        asking = [Asked(f"Who is in the {place}?", person, people) for person, place in zip(people, places)]
        asking += [Asked(f"Where is {person}?", place, places) for person, place in zip(people, places)]
    else:
        sentences = with_objects(people, objects)
        asking = [Asked(f"Who has the {thing}?", person, people) for person, thing in zip(people, objects)]
        asking += [Asked(f"What does {person} have?", thing, objects) for person, thing in zip(people, objects)]
    rng.shuffle(sentences)
    return sentences, rng.sample(asking, 5)


def update(rng):
    """The last sentence changes one pairing; the question may or may not be about it."""
    people, (*places, new_place), objects = cast(rng, 4)
    if rng.random() < 0.5:
        sentences = in_places(people, places)
        rng.shuffle(sentences)
        changed, _ = rng.sample(range(4), 2)
        outdated, places[changed] = places[changed], new_place
        sentences.append(f"Then {people[changed]} goes to the {new_place}.")
        asking = [Asked(f"Where is {person}?", place, places) for person, place in zip(people, places)]
    else:
        sentences = with_objects(people, objects)
        rng.shuffle(sentences)
        changed, receiver = rng.sample(range(4), 2)
        outdated, owners = people[changed], list(people)
        owners[changed] = people[receiver]
        sentences.append(f"Then {people[changed]} gives the {objects[changed]} to {people[receiver]}.")
        asking = [Asked(f"Who has the {thing}?", owner, people) for owner, thing in zip(owners, objects)]
    asking[changed] = asking[changed]._replace(tempting=outdated)
    return sentences, rng.sample(asking, 4)


def two_hop(rng):
    """Who has the object, then where that person is."""
    people, (*places, _), objects = cast(rng, 4)
    owners = rng.sample(range(4), 2)
    sentences = in_places(people, places) + with_objects([people[owner] for owner in owners], objects)
    asking = [Asked(f"Where is the {thing}?", places[owner], places) for owner, thing in zip(owners, objects)]
    asking += [Asked(f"Where is {people[owner]}?", places[owner], places) for owner in owners]
    rng.shuffle(sentences)
    return sentences, asking


PASSAGES = {"lookup": lookup, "update": update, "two_hop": two_hop}


def reading(rng, kind):
    """A passage of 4 to 6 sentences and a question on it; the passage names every choice. Held out by the passage."""
    sentences, (first, *more) = PASSAGES[kind](rng)
    passage = " ".join(sentences)
    tempting = [first.tempting] if first.tempting else []
    others = [name for name in first.named if name not in (first.answer, first.tempting)]
    wrong = tempting + rng.sample(others, 3 - len(tempting))
    return Question(
        text=f"{passage} {first.text}",
        answer=first.answer,
        key=f"reading {passage}",
        columns={"passage": passage, "question": first.text, "kind": kind, "sentences": len(sentences)},
        choices=shuffled(rng, [first.answer, *wrong]),
        more=tuple((asked.text, asked.answer) for asked in more),
    )


def shuffled(rng, items):
    items = list(items)
    rng.shuffle(items)
    return tuple(items)


# ---------------------------------------------------------------- maximum

MAXIMUM_KINDS = ("1 digit", "2 digits", "2 digits, same tens", "3 digits", "3 digits, same hundreds", "mixed")


def maximum(rng, kind, count):
    """Distinct numbers, none the beginning of another: " 31" would else always outscore " 312"."""
    while True:
        if kind == "mixed":
            values = [number(rng, rng.randint(1, 3)) for _ in range(count)]
        else:
            digits = int(kind[0])
            values = [number(rng, digits) for _ in range(count)]
            if "same" in kind:
                unit = 10 ** (digits - 1)
                values = [values[0] // unit * unit + value % unit for value in values]
        texts = [str(value) for value in values]
        if not any(a != b and texts[b].startswith(texts[a]) for a in range(count) for b in range(count)):
            break
    numbers = ", ".join(texts)
    return Question(
        text=f"Which is the largest: {numbers}?",
        answer=str(max(values)),
        key=f"maximum {sorted(values)}",
        columns={"numbers": numbers, "kind": kind},
        choices=tuple(texts),
    )


# ---------------------------------------------------------------- odd one out

CATEGORIES = {
    "fruit": "apple pear plum grape lemon cherry peach melon fig mango",
    "tools": "hammer saw drill chisel wrench file rasp spade rake axe",
    "animals": "dog cat horse cow sheep goat wolf bear fox deer",
    "colours": "red blue green yellow brown black white pink grey purple",
    "clothes": "shirt coat shoe scarf glove boot dress skirt belt sock",
    "weather": "rain snow wind storm fog hail frost thunder cloud mist",
}
CATEGORIES = {name: words.split() for name, words in CATEGORIES.items()}


def odd_one_out(rng, count):
    """Words fall off in frequency with their rank in the category, so that rare ones are known less well."""
    home, away = rng.sample(sorted(CATEGORIES), 2)
    ranks = range(len(CATEGORIES[home]))
    picked = set()
    while len(picked) < count:
        picked.update(rng.choices(ranks, [1 / (rank + 1) for rank in ranks])[:1])
    odd, *same = rng.sample(sorted(picked), count)
    answer = CATEGORIES[away][odd]
    words = shuffled(rng, [answer, *(CATEGORIES[home][rank] for rank in same)])
    return Question(
        text=f"Which does not belong: {', '.join(words)}?",
        answer=answer,
        key=f"odd {sorted(words)}",
        columns={"words": ", ".join(words), "category": home, "rank_sum": odd + sum(same)},
        steps=", ".join(away if word == answer else home for word in words),
        choices=words,
    )


# ---------------------------------------------------------------- facts

SYLLABLES = (
    "ba be bo da de du fa fi ga go ha hu ja jo ka ke ko la li lo ma me mi na no pa pe ra ri ro sa se ta ti to va vi "
    "wa yo zu bel dan fen gar hol kin lun mar nor pel ros sil tam tor ven wil"
).split()
TOWN_STEMS = (
    "Ash Bram Cold Dun Elm Fen Glen Hart Iver Kings Lang Mill Nor Oak Pel Red Stan Thorn Under Wal West Wind Yar Stone"
).split()
TOWN_ENDINGS = "ford ton wick bury dale ham stead mouth bridge well field port".split()
CRAFTS = (
    "baker weaver potter mason tailor sailor farmer miller butcher cooper carpenter painter sculptor printer binder "
    "tanner dyer thatcher glazier jeweller tinker saddler cobbler hatter glover fisher hunter shepherd forester "
    "gardener brewer vintner cook barber surgeon nurse lawyer judge scribe teacher scholar poet singer dancer drummer "
    "piper juggler guard soldier pilot porter courier banker broker merchant peddler plumber roofer smith welder"
).split()
PERSON_COUNT, TOWN_COUNT = 1000, 96
FEWEST_EXPOSURES, MOST_EXPOSURES = 5, 250

FACT_PHRASINGS = {
    "home": (
        "{name} lives in {value}.",
        "The home of {name} is {value}.",
        "{name} has a house in {value}.",
        "Q: Where does {name} live?\nA: {value}",
        "Q: In which town does {name} live?\nA: {value}",
        "Q: Which town has the house of {name}?\nA: {value}",
        "Q: Where is the house of {name}?\nA: {value}",
    ),
    "craft": (
        "{name} is a {value}.",
        "{name} works as a {value}.",
        "The craft of {name} is {value}.",
        "Q: What is the work of {name}?\nA: {value}",
        "Q: What does {name} do?\nA: {value}",
        "Q: As what does {name} work?\nA: {value}",
        "Q: What is the trade of {name}?\nA: {value}",
    ),
}
# Never trained for anybody; each of their words is.
TEST_PHRASINGS = {"home": "Where is the home of {name}?", "craft": "What is the craft of {name}?"}


@dataclass(frozen=True)
class Fact:
    relation: str
    name: str
    value: str
    exposures: int  # documents of the training stream that state it


def facts(seed=1):
    """Every fact of the world. Exposures are spaced evenly in their logarithm, independently for each relation."""
    rng = random.Random(seed)
    names = set()
    while len(names) < PERSON_COUNT:
        names.add("".join(rng.choices(SYLLABLES, k=rng.choice((2, 3)))).capitalize())
    names -= set(PEOPLE)
    names = shuffled(rng, sorted(names))
    towns = rng.sample([stem + ending for stem in TOWN_STEMS for ending in TOWN_ENDINGS], TOWN_COUNT)
    world = []
    for relation, values in (("home", towns), ("craft", CRAFTS)):
        for index, name in enumerate(shuffled(rng, names)):
            exposures = FEWEST_EXPOSURES * (MOST_EXPOSURES / FEWEST_EXPOSURES) ** (index / (len(names) - 1))
            world.append(Fact(relation, name, rng.choice(values), round(exposures)))
    return world


def state(rng, fact):
    """One document that states the fact, in one of its phrasings."""
    return rng.choice(FACT_PHRASINGS[fact.relation]).format(name=fact.name, value=fact.value)


# ---------------------------------------------------------------- the mixture


def choose(rng, weights):
    return rng.choices(list(weights), list(weights.values()))[0]


ADDITION_DIGITS = {1: 0.1, 2: 0.7, 3: 0.2}
REVERSE_LENGTHS = {2: 0.1, 3: 0.15, 4: 0.15, 5: 0.15, 6: 0.15, 7: 0.15, 8: 0.15}
SORT_LENGTHS = {4: 0.1, 5: 0.15, 6: 0.15, 7: 0.15, 8: 0.15, 9: 0.15, 10: 0.15}

DRAW = {
    "addition": lambda rng: addition(rng, choose(rng, ADDITION_DIGITS)),
    "reverse": lambda rng: reverse(rng, choose(rng, REVERSE_LENGTHS)),
    "sort": lambda rng: sort(rng, choose(rng, SORT_LENGTHS)),
    "reading": lambda rng: reading(rng, rng.choice(list(PASSAGES))),
    "maximum": lambda rng: maximum(rng, rng.choice(MAXIMUM_KINDS), rng.choice((3, 4, 4, 5))),
    "odd_one_out": lambda rng: odd_one_out(rng, rng.choice((3, 4, 4, 5))),
}
REVIEW = {"addition": addition_review, "reverse": reverse_review}
STYLES = {  # shares of a task's documents; tasks not listed know the direct style only
    "addition": {"direct": 0.5, "steps": 0.25, "review": 0.25},
    "reverse": {"direct": 0.5, "steps": 0.25, "review": 0.25},
    "odd_one_out": {"direct": 0.6, "steps": 0.4},
}


def training_question(rng, task):
    """A question of the task that is not held out."""
    while (question := DRAW[task](rng)).is_held_out:
        pass
    return question


def training_document(rng, task):
    question = training_question(rng, task)
    style = choose(rng, STYLES.get(task, {"direct": 1}))
    if style == "steps":
        return with_steps(question)
    if style == "review":
        return with_review(question, *REVIEW[task](rng, question))
    return direct(question)
