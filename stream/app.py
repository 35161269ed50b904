"""The pipeline on one screen: topics on the left, one agent per arrow, one place written on the right.

    posts ─────────────▶ judge ──▶ verdicts             (group judge: runs at the scorer's pace)
    registry, every 2 s: tags and lists that people have published ──▶ what the next batch is judged with

    posts, verdicts, ──▶ fold_facts ─────┐
    orders, outcomes                     ├──▶ Elasticsearch: posts, history
    decisions ─────────▶ fold_decisions ─┘               (group fold: runs at the index's pace)
    coverage ──────────▶ fold_coverage ─────▶ Elasticsearch: coverage

    every second: posts that want something of their site ──▶ dispatch ──▶ orders

The judge and the fold are two apps, so that a decision never waits behind the scorer; within the fold, decisions have
an agent of their own, so that they do not wait behind posts. Both write whole documents under optimistic concurrency.
Orders leave by a timer of the fold, whose documents say what is wanted; each worker sends those of its own partitions.
How a batch is read, retried and acknowledged is in batches.py and nowhere else.
"""

from faust import StreamT

from records.settings import settings
from records.topics import COVERAGE, DECISIONS, ORDERS, OUTCOMES, POSTS, VERDICTS
from stream.batches import each_batch
from stream.defining import DEFINE_SECONDS
from stream.dispatching import DISPATCH_SECONDS, Dispatching
from stream.folding import Folding
from stream.judging import Judging
from stream.worker import faust_app, reads, reads_now, writes

judge_app = faust_app(settings(), "judge")
fold_app = faust_app(settings(), "fold")
judging = Judging(settings())
folding = Folding(settings())
dispatching = Dispatching(folding.wanting, folding.documents, reads_now(fold_app, DECISIONS))
orders = writes(fold_app, ORDERS)
judge_app.close = judging.close
fold_app.close = folding.close


@judge_app.agent(reads(judge_app, POSTS), name="judge")
async def judge(posts: StreamT[bytes]) -> None:
    """Every revision gets one verdict: rules and transformer, under one policy and model."""
    await each_batch(posts, judging.limits, judging.verdicts, writes(judge_app, VERDICTS))


@judge_app.timer(DEFINE_SECONDS, traced=False)
async def define() -> None:
    """What people have published is made ready beside the batches."""
    await judging.defining.round()


@fold_app.agent(reads(fold_app, POSTS, VERDICTS, ORDERS, OUTCOMES), name="fold_facts")
async def fold_facts(facts: StreamT[bytes]) -> None:
    """Every fact about a post enters its document, and the history."""
    await each_batch(facts, folding.limits["facts"], folding.into_views, writes(fold_app))


@fold_app.agent(reads(fold_app, DECISIONS), name="fold_decisions")
async def fold_decisions(decisions: StreamT[bytes]) -> None:
    """Every decision too, without waiting behind the posts."""
    await each_batch(decisions, folding.limits["decisions"], folding.into_views, writes(fold_app))


@fold_app.agent(reads(fold_app, COVERAGE), name="fold_coverage")
async def fold_coverage(statements: StreamT[bytes]) -> None:
    """What each source says of its watching: alive, not there, read afterwards, refused."""
    await each_batch(statements, folding.limits["coverage"], folding.into_coverage, writes(fold_app))


@fold_app.timer(DISPATCH_SECONDS, traced=False)
async def dispatch() -> None:
    """What decisions want of the sites leaves as orders, once their grace is over."""
    await dispatching.round(orders)
