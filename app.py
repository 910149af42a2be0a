"""Signpost's server: settings become parts, and parts an aiohttp application. No logic here."""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict
from functools import partial

import structlog
from aiohttp import web

from analytics.database import Database
from analytics.erasing.erasure import forget, look_up
from analytics.erasing.retention import Keep, Retention
from analytics.links import Links
from analytics.log import QueryLog
from analytics.popular import OftenAsked, Popular
from analytics.privacy import Pseudonyms
from analytics.problem_reports import read_problems
from analytics.spool.spool_writer import Spool
from bots.adapter import TeamsAdapter, bot_routes
from bots.conversation import Conversation
from bots.extension.search_extension import SearchExtension
from bots.extension.settling import Settling
from bots.memory import Memory
from bots.outgoing.credentials import Credentials
from bots.outgoing.service_url import listed_hosts
from bots.own_data import OwnData
from bots.teams_bot import TeamsBot
from encoder.files import OwnCopies
from encoder.loading import load_encoder
from errors import SignpostError
from identity.audience_file import AudienceFile, Listed
from identity.audiences import Audiences
from identity.entra import Entra
from identity.graph.groups import open_groups
from identity.sessions import Sessions
from operation.doctor.checkup import UNSEEN, examine, told
from operation.doctor.finding import Level
from operation.durable import durable_first
from operation.health import Condition, Parts, health_routes
from operation.lifetime import closing, give_back, running
from operation.logs import set_up_logging
from operation.port import bind, explained
from portal.home.home_pages import HomePages
from portal.library.video_pages import VideoPages
from portal.own_data_page import OwnDataPage
from portal.resource.resource_pages import ResourcePages
from portal.search.search_page import SearchPage
from portal.sign_in_pages import SignInPages
from portal.site import Site
from portal.stand_ins import StandIns
from portal.visitors import Unknown, Visitors
from retrieval.reranking import Reranker, open_reranker
from retrieval.serving.live import LiveRetriever
from retrieval.serving.machine import limit_blas_threads, limit_heaps
from settings import Settings, load_settings
from showing.own_records import OwnRecords
from showing.ports import Contact
from snapshot.store import SnapshotStore
from state.endings import Endings
from state.state import State

RETRIEVER = web.AppKey("retriever", LiveRetriever)
QUERY_LOG = web.AppKey("query_log", QueryLog)
_GIVE_WAY_S = 0.001  # the interpreter's own 5 ms, twice with two workers, is a lot for a loop
_END_TURNS_S = 5.0  # what is under way gets that long when the server is told to stop

log = structlog.get_logger(__name__)


async def make_app(settings: Settings) -> web.Application:
    """The whole application, ready to answer: model and snapshot are loaded and warm.

    Raises a SignpostError that says what is missing; nothing listens then.
    """
    settings.require_server()
    limit_heaps()
    limit_blas_threads()
    keys = settings.keys
    links = Links(keys, settings.origin, settings.link_days)
    copies = OwnCopies(
        settings.data_dir / "served", lambda reason: log.warning("files.shared", reason=reason)
    )
    store = SnapshotStore(settings.snapshots_dir, copies)
    retriever = LiveRetriever(
        store,
        lambda: load_encoder(
            store.encoders,
            settings.model,
            settings.precision,
            lambda reason: log.warning("encoder.substituted", reason=reason),
            settings.of_model,
            copies,
        ),
        lambda: _reranker(
            settings, lambda reason: log.warning("reranker.slow", reason=reason), copies
        ),
        poll_s=settings.snapshot_poll_s,
    )
    listed = AudienceFile(settings.audiences_file) if settings.audiences_file else Listed()
    groups = None
    if settings.asks_groups:
        must = settings.groups == "on"
        groups = open_groups(settings.graph, settings.groups_keep_s, required=must)
    audiences = Audiences(
        listed,
        groups=groups,
        in_use=lambda: retriever.snapshot.audiences,
        tenants=settings.allowed_tenant_ids,
    )
    database = await Database.open(settings.query_log_url, may_be_away=True)
    query_log = QueryLog(
        database, spool=Spool(settings.data_dir.resolve() / "spool", settings.spool_mb << 20)
    )
    state = await State.open(settings.query_log_url, keys.newest("state"))
    adapter = TeamsAdapter(
        _credentials(settings),
        allowed_tenants=settings.allowed_tenant_ids,
        development=settings.development,
        state=state,
        kept=query_log.durable,
        services=listed_hosts(settings.service_hosts),
    )
    contact = Contact(settings.contact_name, settings.contact_url)

    def examples() -> Sequence[str]:
        return retriever.snapshot.manifest.examples

    entra = Entra(settings.entra, groups=groups) if settings.sign_in else None
    pages: StandIns | SignInPages | None = None
    if settings.development:
        pages = StandIns(listed.current, settings.tenant_id)
    elif entra:
        sessions = Sessions(
            keys,
            Endings(state),
            hours=settings.session_hours,
            idle_minutes=settings.session_idle_minutes,
        )
        pages = SignInPages(entra, sessions, keys, settings.origin, contact)
    pseudonyms, memory = Pseudonyms(keys), Memory(state)
    own_records = OwnRecords(
        pseudonyms,
        partial(look_up, database),
        partial(forget, database),
        memory.forget,
        keep := Keep(settings.keep_texts_days, settings.keep_rows_days),
        settings.privacy_url,
    )
    conversation = Conversation(
        retriever,
        query_log,
        links,
        pseudonyms,
        audiences,
        OwnData(own_records),
        contact=contact,
        emergency_number=settings.emergency_number,
        examples=examples,
        resources=retriever.resources,
        memory=memory,
    )
    settling = Settling(query_log)
    enough = 2 if settings.development else settings.popular_people
    popular, often = Popular(database, people=enough), OftenAsked(database, people=enough)
    extension = SearchExtension(
        retriever,
        settling,
        links,
        pseudonyms,
        audiences,
        retriever,
        popular.ids,
        settings.origin,
        contact,
        settings.emergency_number,
    )
    bot = TeamsBot(
        conversation,
        typing_after_s=settings.typing_after_s,
        state=state,
        extension=extension,
        targeted=settings.targeted_messages,
    )
    tokens = entra.tokens.in_teams if entra else None
    visitors = Visitors(pages or Unknown(contact), audiences, contact, tokens)
    home = HomePages(retriever, links, visitors, popular.ids, partial(read_problems, database))
    search_page = SearchPage(
        retriever,
        query_log,
        links,
        visitors,
        pseudonyms,
        examples,
        contact,
        settings.emergency_number,
        home.view,
    )
    videos = VideoPages(retriever, store.media, links, visitors, settings.plays_from)
    resources = ResourcePages(home, query_log, pseudonyms, often.questions, settings.origin)
    site = Site(
        search_page,
        OwnDataPage(own_records),
        home,
        videos,
        resources,
        links,
        retriever,
        settings.origin,
        pages,
        settings.content_dir if settings.development else None,
    )
    app = web.Application(middlewares=site.middlewares())
    app[RETRIEVER], app[QUERY_LOG] = retriever, query_log
    app.add_routes(bot_routes(adapter, bot))
    app.add_routes(durable_first(query_log, site.routes()))
    parts: Parts = {
        "log": lambda: Condition(query_log.problem, asdict(query_log.stats)),
        "state": lambda: Condition(state.away),
        "audiences": lambda: Condition(audiences.problem or ""),
    }
    app.add_routes(health_routes(retriever, parts))
    try:
        await retriever.start()
    except BaseException:
        await retriever.close()
        await state.close()
        await query_log.close()
        raise
    app.cleanup_ctx.append(running("retention", Retention(database, keep).run))
    app.cleanup_ctx.append(running("give-back-freed", give_back))
    app.cleanup_ctx.append(
        closing(
            adapter.close,
            settling.close,
            popular.close,
            often.close,
            *([entra.close] if entra else []),
            audiences.close,
            retriever.close,
            state.close,
            query_log.close,
        )
    )
    return app


async def _ready(settings: Settings) -> web.Application:
    """The application, and the process tuned for its event loop: threads that compute give way to
    it soon, and the garbage collector, which stops them all, leaves alone what was loaded:
    nearly all of it lives as long as the process."""
    try:
        app = await make_app(settings)
    except OSError as error:  # not the port's
        raise SignpostError(str(error)) from error
    sys.setswitchinterval(_GIVE_WAY_S)
    gc.collect()
    gc.freeze()
    return app


def _reranker(
    settings: Settings, tell: Callable[[str], None], copies: OwnCopies | None = None
) -> Reranker | None:
    folder = SnapshotStore(settings.snapshots_dir).rerankers
    name, precision = settings.reranker, settings.precision
    return open_reranker(folder, name, precision, settings.reranker_ms, tell, copies)


def _credentials(settings: Settings) -> Credentials | None:
    """The bot's registration; None if the development switch lets it run without."""
    if settings.development and not settings.app_id:
        return None
    return Credentials(
        app_id=settings.app_id,
        app_type=settings.app_type,
        tenant_id=settings.tenant_id,
        password=settings.app_password.get_secret_value(),
        certificate=settings.app_certificate,
    )


def _greeting(settings: Settings) -> str:
    if not settings.development:
        return f"Signpost serves Teams on {settings.host}:{settings.port}."
    # Another command does not know the port of this one, which links begin with.
    port = (
        "" if settings.port == Settings.model_fields["port"].default else f"PORT={settings.port} "
    )
    ask = f"{port}.venv/bin/python -m retrieval ask"
    return (
        f"\nSignpost is ready.\n"
        f"  Search page       {settings.origin}/\n"
        f"  Chat as in Teams  {f'{port}make playground':<20} (in another terminal)\n"
        f'  In the terminal   {ask} "how do I claim travel expenses?"\n'
        f"  Bot endpoint      {settings.origin}/api/messages\n"
        f"Development mode: no sign-in, this machine only. Ctrl+C stops it.\n"
    )


def _check(settings: Settings) -> None:
    """Prints what the doctor finds. Exits with 1 if something keeps people from answers."""
    findings = examine(settings)
    print(told(findings))
    if settings.app_id:
        print(f"\n{UNSEEN}")
    if problems := sum(one.level is Level.PROBLEM for one in findings):
        sys.exit(f"Signpost is not fit to serve: {problems} problem{'s' if problems > 1 else ''}")
    print("\nSignpost is fit to serve.")


def main() -> None:
    """Serves until it is told to stop; with `--check` only says whether it could. Exits with 1 and
    one message if it cannot start."""
    if unknown := set(sys.argv[1:]) - {"--check"}:
        sys.exit(f"app.py takes --check and nothing else, not {' '.join(sorted(unknown))}")
    try:
        renamed: list[str] = []
        settings = load_settings(renamed.append)
        set_up_logging(settings.log_level, settings.log_format)
        for note in renamed:
            log.warning("setting.renamed", reason=note)
        settings.require_server()
        if "--check" in sys.argv[1:]:
            _check(settings)
            return
    except SignpostError as error:
        sys.exit(f"Signpost cannot start: {error}")
    try:
        sockets = bind(settings.host, settings.port)
        web.run_app(
            _ready(settings),
            sock=sockets,
            access_log=None,
            shutdown_timeout=_END_TURNS_S,
            print=lambda _: print(_greeting(settings), flush=True),
        )
    except SignpostError as error:
        sys.exit(f"Signpost cannot start: {error}")
    except OSError as error:
        sys.exit(explained(settings.host, settings.port, error))


if __name__ == "__main__":
    main()
