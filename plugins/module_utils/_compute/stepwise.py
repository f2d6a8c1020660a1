"""Work that does what is due and then waits, so that one loop can wait for many canaries."""

from __future__ import annotations

import typing as t

from .._resources.errors import GalleryError
from .._run.context import Context
from .._run.poll_interval import HEARTBEAT

Steps = t.Generator[float, None, None]


class Stepwise:
    """`error` is what ended it, None if it ended by itself or goes on."""

    def __init__(self, ctx: Context) -> None:
        self.ctx = ctx
        self.error: GalleryError | None = None
        self._steps = self.steps()
        self.due: float | None = ctx.clock.monotonic()  # None once it is over

    def steps(self) -> Steps:
        """Do what is due, and yield the seconds from then to the next step."""
        raise NotImplementedError

    def advance(self) -> None:
        """One step."""
        began, self.due = self.ctx.clock.monotonic(), None
        try:
            self.due = began + next(self._steps)
        except StopIteration:
            return
        except GalleryError as error:
            self.error = error


def watch(ctx: Context, items: t.Sequence[Stepwise]) -> None:
    """Let each do what is due until all are over."""
    said = ctx.clock.monotonic()
    while waiting := [item for item in items if item.due is not None]:
        now = ctx.clock.monotonic()
        if now - said >= HEARTBEAT:
            said = now
            ctx.progress(f"still waiting for {len(waiting)} of {len(items)} canaries")
        ctx.clock.sleep(max(0.0, min(item.due for item in waiting if item.due is not None) - now))
        now = ctx.clock.monotonic()
        for item in waiting:
            if item.due is not None and item.due <= now:
                item.advance()
