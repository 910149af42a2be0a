"""How many threads the numeric libraries may use."""

from __future__ import annotations

from threadpoolctl import threadpool_limits


def limit_blas_threads() -> None:
    """NumPy's products are small here, and done by one thread in under a millisecond. OpenBLAS
    would share them out among threads that wait by spinning, beside torch's own threads: on two
    cores that took an answer from 20 to 90 ms. Holds for the process; torch's own are kept."""
    threadpool_limits(limits=1, user_api="blas")
