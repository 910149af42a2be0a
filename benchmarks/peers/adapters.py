"""The table of peers: each behind the same few calls, as its own documentation shows how to use it.

A function loads a peer with the sentence-transformers model of a folder. It imports the peer's
libraries, and raises what they raise if they are missing or do not fit.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from benchmarks.peers.peer_process import Askable, Peer, PeerRow

OURS = "signpost"
FLOOR = "plain"
_BATCH = 1_000


def _signpost(snapshots: Path) -> Peer:
    """All that answering in process does: hybrid ranking with token vectors, audience and
    validity, confidence and the sentence to highlight. With the encoder that lies beside the
    snapshots in that folder."""
    import numpy as np

    from benchmarks.product import load_encoder
    from retrieval.answer import Hit, Question
    from retrieval.retriever import Retriever
    from retrieval.serving.machine import limit_blas_threads
    from snapshot.store import SnapshotStore

    limit_blas_threads()
    encoder = load_encoder(snapshots)

    def index(texts: Sequence[str], folder: Path) -> None:
        from benchmarks.peers.building import build  # which serving does without

        build(texts, folder, encoder)

    def load(folder: Path) -> Askable:
        snapshot = SnapshotStore(folder).open()
        retriever = Retriever(snapshot, encoder)
        ids = [resource.id for resource in snapshot.resources]
        firsts = np.searchsorted(snapshot.owners, range(len(ids))).tolist()
        first_row = dict(zip(ids, firsts, strict=True))

        def rows(hits: Sequence[Hit]) -> list[int]:
            return [first_row[hit.passage.resource_id] + hit.passage.ordinal for hit in hits]

        def ask(question: str, top_k: int) -> list[int]:
            answer = retriever.answer(Question(question, top_k=top_k))
            hits = [hit for result in answer.results for hit in result.hits]
            return rows(sorted(hits, key=lambda hit: hit.rank)[:top_k])

        return Askable(ask, lambda text, top_k: rows(retriever.rank(Question(text), top_k)))

    return Peer(index, load)


def _encoding(model: Path) -> Callable[[str | list[str]], Any]:
    """How a text becomes a vector (dim,), and a list of them an array (n, dim), L2-normalised."""
    from sentence_transformers import SentenceTransformer

    transformer = SentenceTransformer(str(model), device="cpu")
    return lambda texts: transformer.encode(texts, normalize_embeddings=True)


def _plain(model: Path) -> Peer:
    """The floor: what anyone would write with sentence-transformers and faiss."""
    import faiss

    encode = _encoding(model)

    def index(texts: Sequence[str], folder: Path) -> None:
        vectors = encode(list(texts))
        flat = faiss.IndexFlatIP(vectors.shape[1])
        flat.add(vectors)
        faiss.write_index(flat, str(folder / "vectors.faiss"))
        (folder / "texts.json").write_text(json.dumps(list(texts)), encoding="utf-8")

    def load(folder: Path) -> Askable:
        flat = faiss.read_index(str(folder / "vectors.faiss"))
        texts = json.loads((folder / "texts.json").read_text(encoding="utf-8"))

        def ask(question: str, top_k: int) -> list[int]:
            _, [rows] = flat.search(encode([question]), top_k)
            return list({int(row): texts[row] for row in rows if row >= 0})

        return Askable(ask)

    return Peer(index, load)


def _txtai(model: Path) -> Peer:
    """With stored content. It chooses the engine itself: FAISS, by cells from 5,000 passages."""
    from txtai import Embeddings

    embeddings = Embeddings(
        path=str(model), method="sentence-transformers", content=True, gpu=False
    )

    def index(texts: Sequence[str], folder: Path) -> None:
        embeddings.index(enumerate(texts))
        embeddings.save(str(folder / "index"))

    def load(folder: Path) -> Askable:
        embeddings.load(str(folder / "index"))

        def ask(question: str, top_k: int) -> list[int]:
            return [int(found["id"]) for found in embeddings.search(question, top_k)]

        return Askable(ask)

    return Peer(index, load)


def _chroma(model: Path) -> Peer:
    """Persistent, in process."""
    import chromadb
    from chromadb.utils.embedding_functions import SentenceTransformerEmbeddingFunction

    encode = SentenceTransformerEmbeddingFunction(
        model_name=str(model), device="cpu", normalize_embeddings=True
    )

    def index(texts: Sequence[str], folder: Path) -> None:
        collection = chromadb.PersistentClient(str(folder)).create_collection(
            "passages", embedding_function=encode, metadata={"hnsw:space": "cosine"}
        )
        for start in range(0, len(texts), _BATCH):
            batch = list(texts[start : start + _BATCH])
            collection.add(ids=[str(start + row) for row in range(len(batch))], documents=batch)

    def load(folder: Path) -> Askable:
        collection = chromadb.PersistentClient(str(folder)).get_collection(
            "passages", embedding_function=encode
        )

        def ask(question: str, top_k: int) -> list[int]:
            found = collection.query(query_texts=[question], n_results=top_k)
            return [int(row) for row in found["ids"][0]]

        return Askable(ask)

    return Peer(index, load)


def _haystack(model: Path) -> Peer:
    """Its pipeline over its store in memory, which it saves as JSON."""
    from haystack import Document, Pipeline
    from haystack.components.retrievers.in_memory import InMemoryEmbeddingRetriever
    from haystack.document_stores.in_memory import InMemoryDocumentStore
    from haystack.utils import ComponentDevice
    from haystack_integrations.components.embedders import sentence_transformers as embedders

    device = ComponentDevice.from_str("cpu")
    options = {"model": str(model), "device": device, "progress_bar": False}
    options |= {"normalize_embeddings": True}
    for_questions = embedders.SentenceTransformersTextEmbedder(**options)
    for_questions.warm_up()

    def index(texts: Sequence[str], folder: Path) -> None:
        embedder = embedders.SentenceTransformersDocumentEmbedder(**options)
        embedder.warm_up()
        documents = [Document(id=str(row), content=text) for row, text in enumerate(texts)]
        store = InMemoryDocumentStore(embedding_similarity_function="dot_product")
        store.write_documents(embedder.run(documents)["documents"])
        store.save_to_disk(str(folder / "store.json"))

    def load(folder: Path) -> Askable:
        store = InMemoryDocumentStore.load_from_disk(str(folder / "store.json"))
        pipeline = Pipeline()
        pipeline.add_component("question", for_questions)
        pipeline.add_component("retriever", InMemoryEmbeddingRetriever(store))
        pipeline.connect("question.embedding", "retriever.query_embedding")

        def ask(question: str, top_k: int) -> list[int]:
            found = pipeline.run({"question": {"text": question}, "retriever": {"top_k": top_k}})
            return [int(document.id) for document in found["retriever"]["documents"]]

        return Askable(ask)

    return Peer(index, load)


def _langchain(model: Path) -> Peer:
    """Its FAISS store. Its embeddings come from langchain-community: the package that they moved
    to wants an older huggingface_hub than transformers does."""
    from langchain_community.embeddings import HuggingFaceEmbeddings
    from langchain_community.vectorstores import FAISS

    embeddings = HuggingFaceEmbeddings(
        model_name=str(model),
        model_kwargs={"device": "cpu"},
        encode_kwargs={"normalize_embeddings": True},
    )

    def index(texts: Sequence[str], folder: Path) -> None:
        rows = [{"row": row} for row in range(len(texts))]
        FAISS.from_texts(list(texts), embeddings, metadatas=rows).save_local(str(folder))

    def load(folder: Path) -> Askable:
        # Written by `index` above, so there is nothing dangerous in it.
        store = FAISS.load_local(str(folder), embeddings, allow_dangerous_deserialization=True)

        def ask(question: str, top_k: int) -> list[int]:
            found = store.similarity_search(question, k=top_k)
            return [int(document.metadata["row"]) for document in found]

        return Askable(ask)

    return Peer(index, load)


def _llamaindex(model: Path) -> Peer:
    """Its own vector store, which it persists as JSON."""
    from llama_index.core import StorageContext, VectorStoreIndex, load_index_from_storage
    from llama_index.core.schema import TextNode
    from llama_index.embeddings.huggingface import HuggingFaceEmbedding

    encode = HuggingFaceEmbedding(model_name=str(model), device="cpu", max_length=256)

    def index(texts: Sequence[str], folder: Path) -> None:
        nodes = [TextNode(id_=str(row), text=text) for row, text in enumerate(texts)]
        VectorStoreIndex(nodes, embed_model=encode).storage_context.persist(str(folder))

    def load(folder: Path) -> Askable:
        stored = StorageContext.from_defaults(persist_dir=str(folder))
        loaded = load_index_from_storage(stored, embed_model=encode)
        retriever = cache(lambda top_k: loaded.as_retriever(similarity_top_k=top_k))

        def ask(question: str, top_k: int) -> list[int]:
            return [int(found.node.node_id) for found in retriever(top_k).retrieve(question)]

        return Askable(ask)

    return Peer(index, load)


def _lance(model: Path) -> Peer:
    """In process, with its own embedding function and no approximate index."""
    import lancedb
    from lancedb.embeddings import get_registry
    from lancedb.pydantic import LanceModel, Vector

    encode = get_registry().get("sentence-transformers").create(name=str(model), device="cpu")

    class Row(LanceModel):  # type: ignore[misc]  # not in the environment that is checked
        row: int
        text: str = encode.SourceField()
        vector: Vector(encode.ndims()) = encode.VectorField()  # type: ignore[valid-type]  # a type that is made

    def index(texts: Sequence[str], folder: Path) -> None:
        table = lancedb.connect(str(folder)).create_table("passages", schema=Row)
        table.add([{"row": row, "text": text} for row, text in enumerate(texts)])

    def load(folder: Path) -> Askable:
        table = lancedb.connect(str(folder)).open_table("passages")

        def ask(question: str, top_k: int) -> list[int]:
            return [int(one["row"]) for one in table.search(question).limit(top_k).to_list()]

        return Askable(ask)

    return Peer(index, load)


def _sqlite_vec(model: Path) -> Peer:
    """Beside the texts in one SQLite file; through apsw, for Python's own sqlite3 is often built
    without extensions."""
    import apsw
    import sqlite_vec

    encode = _encoding(model)
    search = """
        SELECT found.rowid, passages.text FROM (
            SELECT rowid, distance FROM vectors WHERE vector MATCH ? AND k = ? ORDER BY distance
        ) AS found JOIN passages ON passages.row = found.rowid ORDER BY found.distance
    """

    def connect(folder: Path) -> apsw.Connection:
        database = apsw.Connection(str(folder / "passages.sqlite"))
        database.enable_load_extension(True)
        database.load_extension(sqlite_vec.loadable_path())
        return database

    def index(texts: Sequence[str], folder: Path) -> None:
        vectors = encode(list(texts))
        database, dim = connect(folder), len(vectors[0])
        database.execute("CREATE TABLE passages (row INTEGER PRIMARY KEY, text TEXT)")
        database.execute(f"CREATE VIRTUAL TABLE vectors USING vec0(vector float[{dim}])")
        with database:
            database.executemany("INSERT INTO passages VALUES (?, ?)", enumerate(texts))
            database.executemany(
                "INSERT INTO vectors (rowid, vector) VALUES (?, ?)",
                ((row, vector.tobytes()) for row, vector in enumerate(vectors)),
            )
        database.close()

    def load(folder: Path) -> Askable:
        database = connect(folder)

        def ask(question: str, top_k: int) -> list[int]:
            vector = encode(question).tobytes()
            return [int(row) for row, _ in database.execute(search, (vector, top_k))]

        return Askable(ask)

    return Peer(index, load)


PEERS = {
    OURS: PeerRow("Signpost", "", _signpost, is_foreign=False),
    FLOOR: PeerRow("sentence-transformers + faiss", "faiss-cpu", _plain, is_foreign=False),
    "txtai": PeerRow("txtai", "txtai", _txtai),
    "chroma": PeerRow("chromadb", "chromadb", _chroma),
    "haystack": PeerRow("haystack in memory", "haystack-ai", _haystack),
    "langchain": PeerRow("LangChain + FAISS", "langchain-community", _langchain),
    "llamaindex": PeerRow("LlamaIndex", "llama-index-core", _llamaindex),
    "lance": PeerRow("LanceDB", "lancedb", _lance),
    "sqlitevec": PeerRow("sqlite-vec", "sqlite-vec", _sqlite_vec),
}
