"""The data of the pocket models: tokenizer, training stream, test sets, and the proof that they do not meet.

train.py calls it: --prepare writes everything that is derived from the recipe, --check-heldout runs the proof.
Standard-library randomness only, so the stream does not depend on a version of torch or numpy.
"""

import hashlib
import json
import random
from pathlib import Path

import numpy as np

import bpe
import language
from language import Question

HERE = Path(__file__).resolve().parent
TASKS = HERE.parent.parent / "tasks"
STREAM_FILE = HERE / ".cache" / "stream.npy"

VOCAB_SIZE = 512
ROW_LENGTH = 128
STREAM_TOKENS = 57_600 * ROW_LENGTH  # every model sees each of them once, in this order
SAMPLE_DOCUMENTS = 200
HASH_BYTES = 5

# Of the tokens that the facts leave over; the facts take what their exposures need, about a third of the stream.
QUESTION_SHARES = {
    "addition": 0.30,
    "reverse": 0.13,
    "sort": 0.06,
    "reading": 0.29,
    "maximum": 0.08,
    "odd_one_out": 0.14,
}


def build_tokenizer():
    """Learns the merges on a sample of the language, every kind of document equally often."""
    rng = random.Random(2)
    world = language.facts()
    texts = [language.state(rng, rng.choice(world)) for _ in range(4000)]
    texts += [language.training_document(rng, task) for task in QUESTION_SHARES for _ in range(1500)]
    return bpe.train(texts, VOCAB_SIZE)


def load_tokenizer(folder):
    merges = json.loads((folder / "tokenizer.json").read_text())["model"]["merges"]
    return bpe.Tokenizer(pair.split(" ") for pair in merges)


def build_documents(tokenizer):
    """All training documents in order. Each fact appears exactly as often as its exposure says."""
    rng = random.Random(3)
    documents = [language.state(rng, fact) for fact in language.facts() for _ in range(fact.exposures)]
    left = STREAM_TOKENS - sum(len(tokenizer.encode(text)) + 1 for text in documents)
    for task, share in QUESTION_SHARES.items():
        budget = share * left
        while budget > 0:
            documents.append(language.training_document(rng, task))
            budget -= len(tokenizer.encode(documents[-1])) + 1
    rng.shuffle(documents)
    return documents


def encode_stream(tokenizer, documents):
    """The end marker, then documents each closed by an end marker; one token more than is predicted."""
    ids = [bpe.END_ID]
    for text in documents:
        ids += tokenizer.encode(text)
        ids.append(bpe.END_ID)
    return np.array(ids[: STREAM_TOKENS + 1], dtype=np.uint16)


def load_stream():
    """The training stream, built on first use and kept in .cache/."""
    if not STREAM_FILE.exists():
        tokenizer = build_tokenizer()
        STREAM_FILE.parent.mkdir(exist_ok=True)
        np.save(STREAM_FILE, encode_stream(tokenizer, build_documents(tokenizer)))
    return np.load(STREAM_FILE)


# ---------------------------------------------------------------- tests

STYLE_CUES = {
    "steps": '    steps: { cue: "\\nSteps:", max_gen_toks: 112 }\n',
    "review": '    review: { cue: "\\nDraft:", max_gen_toks: 64 }\n',
}

# The stream also teaches `reading` (language.reading), which has no task: no model learned it. See the card.
# prompt, title, kind, most tokens of an answer (0: scored by the likelihood of the choices)
TASK_SHEETS = {
    "facts_home": ("Where is the home of {{name}}?", "Home towns of invented people", "memory", 0),
    "facts_craft": ("What is the craft of {{name}}?", "Crafts of invented people", "memory", 12),
    "addition": ("{{a}} + {{b}} = ?", "Addition of one to three digit numbers", "calculation", 12),
    "reverse": ("Reverse {{letters}}.", "Four to ten letters in reverse; none longer than eight was trained", "string", 16),
    "sort": ("Sort {{letters}}.", "Six to twelve letters in order; none longer than ten was trained", "string", 24),
    "maximum": ("Which is the largest: {{numbers}}?", "The largest of four numbers", "selection", 0),
    "odd_one_out": ("Which does not belong: {{words}}?", "The word of another category", "selection", 0),
}
TEST_PERSONS = 400


def fact_questions(rng, relation):
    """400 of the people, evenly over the exposures; choices are towns or crafts drawn from all of them."""
    known = sorted((fact for fact in language.facts() if fact.relation == relation), key=lambda fact: fact.exposures)
    values = sorted({fact.value for fact in known})
    for index in range(TEST_PERSONS):
        fact = known[index * len(known) // TEST_PERSONS]
        wrong = rng.sample([value for value in values if value != fact.value], 3)
        yield Question(
            text=language.TEST_PHRASINGS[relation].format(name=fact.name),
            answer=fact.value,
            key="",
            columns={"name": fact.name, "exposures": fact.exposures},
            choices=language.shuffled(rng, [fact.value, *wrong]) if relation == "home" else (),
        )


def held_out_questions(draw, count):
    """Distinct held-out questions from a generator."""
    found = {}
    while len(found) < count:
        question = draw()
        if question.is_held_out:
            found.setdefault(question.key, question)
    return list(found.values())


QUOTAS = {  # test questions at each difficulty; three and fifteen are all that the held-out eighth offers there
    "addition": {1: 3, 2: 277, 3: 120},
    # Longer than any trained (8 and 10): within the trained lengths all models are near the ceiling.
    "reverse": {4: 40, 6: 40, 8: 80, 9: 120, 10: 80},
    "sort": {6: 40, 8: 40, 10: 80, 11: 120, 12: 80},
    "maximum": {kind: 15 if kind == "1 digit" else 69 for kind in language.MAXIMUM_KINDS},
    "odd_one_out": {4: 360},
}


def test_questions(task):
    """The test set of a task, shuffled so that its first questions are a fair sample of all."""
    rng = random.Random(f"test {task}")
    if task.startswith("facts_"):
        questions = list(fact_questions(rng, task.removeprefix("facts_")))
    else:
        generator = getattr(language, task)
        arguments = (4,) if task == "maximum" else ()
        questions = []
        for level, count in QUOTAS[task].items():
            questions += held_out_questions(lambda level=level: generator(rng, level, *arguments), count)
    rng.shuffle(questions)
    return questions


def test_row(task, index, question):
    row = {"id": f"{task}-{index:03d}", **question.columns}
    if question.choices:
        row |= {"choices": question.choices, "gold": question.choices.index(question.answer)}
    return row | {"answer": question.answer}


def task_yaml(task):
    """The task in lm-eval's vocabulary, plus what perjoule adds under its own key."""
    prompt, title, kind, max_tokens = TASK_SHEETS[task]
    cues = [cue for style, cue in STYLE_CUES.items() if style in language.STYLES.get(task, {})]
    styles = "".join(["  styles:\n", *cues]) if cues else ""
    if max_tokens:
        scoring = f"""\
output_type: generate_until
doc_to_text: "Q: {prompt}\\nA:"
doc_to_target: "{{{{answer}}}}"
target_delimiter: " "
generation_kwargs: {{ until: ["\\n", "{bpe.END}"], max_gen_toks: {max_tokens}, do_sample: false }}
filter_list: [{{ name: stripped, filter: [{{ function: remove_whitespace }}, {{ function: take_first }}] }}]
metric_list: [{{ metric: exact_match, aggregation: mean, higher_is_better: true }}]
"""
    else:
        scoring = f"""\
output_type: multiple_choice
doc_to_text: "Q: {prompt}\\nA:"
doc_to_choice: choices
doc_to_target: gold
target_delimiter: " "
metric_list: [{{ metric: acc, aggregation: mean, higher_is_better: true }}]
"""
    return f"""\
task: {task}
dataset_path: json
dataset_kwargs: {{ data_files: {{ test: test.jsonl }} }}
test_split: test
{scoring}\
num_fewshot: 0
metadata: {{ version: 1 }}
perjoule:
  title: "{title}"
  kind: {kind}
  chance: {0 if max_tokens else 0.25}
{styles}"""


def write_tasks():
    for task in TASK_SHEETS:
        folder = TASKS / task
        folder.mkdir(parents=True, exist_ok=True)
        rows = [test_row(task, index, question) for index, question in enumerate(test_questions(task), 1)]
        (folder / "test.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
        (folder / "task.yaml").write_text(task_yaml(task))


# ---------------------------------------------------------------- evidence


def question_lines(document):
    """Every line of a document that asks; a passage stands on the line of its first question."""
    return [line for line in document.split("\n") if line.startswith("Q: ")]


def question_hash(line):
    return hashlib.sha256(line.encode()).digest()[:HASH_BYTES]


def write_evidence(documents):
    """Sorted hashes of every distinct training question line, and the first documents as readable text."""
    hashes = {question_hash(line) for document in documents for line in question_lines(document)}
    (HERE / "train-questions.bin").write_bytes(b"".join(sorted(hashes)))
    sample = "".join(f"{document}{bpe.END}\n" for document in documents[:SAMPLE_DOCUMENTS])
    (HERE / "sample.txt").write_text(sample)


def check_heldout():
    """Fails if a test question, or the phrasing of a fact test, occurs anywhere in the training stream."""
    tokenizer = build_tokenizer()
    stream = encode_stream(tokenizer, build_documents(tokenizer))
    assert (stream == load_stream()).all(), "the cached stream is not the one this recipe makes"
    documents = np.split(stream, np.flatnonzero(stream == bpe.END_ID))
    text = "\n".join(tokenizer.decode(document.tolist()) for document in documents)
    trained = set(text.split("\n"))
    for task in TASK_SHEETS:
        for question in test_questions(task):
            assert f"Q: {question.text}" not in trained, f"{task}: \"{question.text}\" is in the training stream"
    for phrasing in language.TEST_PHRASINGS.values():
        opening = phrasing.split("{")[0]
        assert opening not in text, f"the test phrasing \"{opening}\" is in the training stream"


def write(model_ids):
    """Everything derived from the recipe: tokenizers, test sets, evidence, and the cached stream."""
    tokenizer = build_tokenizer()
    for model_id in model_ids:
        (HERE / model_id).mkdir(exist_ok=True)
        tokenizer.save(HERE / model_id)
    write_tasks()
    documents = build_documents(tokenizer)
    write_evidence(documents)
    STREAM_FILE.parent.mkdir(exist_ok=True)
    np.save(STREAM_FILE, encode_stream(tokenizer, documents))
