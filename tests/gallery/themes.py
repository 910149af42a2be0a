"""The themes of Teams as host configs of the Adaptive Cards renderer.

Teams' own host config is not public. Sizes and spaces are those that Microsoft's card designer has
for it (`adaptivecards-designer` 2.4, microsoft-teams-light.json); colours are those of Teams'
themes in Fluent UI (`@fluentui/tokens`: teamsLightTheme, teamsDarkTheme, teamsHighContrastTheme).
https://learn.microsoft.com/adaptive-cards/rendering-cards/host-config
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class TeamsTheme:
    """The colours of one theme. `chat` lies behind the cards; `on_main` is written on `main`, which
    fills a main button; the last four fill containers."""

    chat: str
    ground: str
    text: str
    subtle: str
    line: str
    edge: str
    main: str
    on_main: str
    accent: str
    link: str
    good: str
    warning: str
    attention: str
    hover: str
    focus: str
    emphasis_ground: str
    accent_ground: str
    good_ground: str
    warning_ground: str
    attention_ground: str
    warning_edge: str
    attention_edge: str


THEMES = {
    "light": TeamsTheme(
        chat="#f5f5f5", ground="#ffffff", text="#242424", subtle="#616161",
        line="#e0e0e0", edge="#d1d1d1", main="#5b5fc7", on_main="#ffffff",
        accent="#5b5fc7", link="#4f52b2", good="#0e700e", warning="#bc4b09", attention="#b10e1c",
        hover="#f5f5f5", focus="#000000", emphasis_ground="#f5f5f5", accent_ground="#e8ebfa",
        good_ground="#f1faf1", warning_ground="#fff9f5", attention_ground="#fdf3f4",
        warning_edge="#fdcfb4", attention_edge="#eeacb2",
    ),
    "dark": TeamsTheme(
        chat="#1f1f1f", ground="#292929", text="#ffffff", subtle="#adadad",
        line="#525252", edge="#666666", main="#4f52b2", on_main="#ffffff",
        accent="#7f85f5", link="#7f85f5", good="#54b054", warning="#faa06b", attention="#dc626d",
        hover="#3d3d3d", focus="#ffffff", emphasis_ground="#1f1f1f", accent_ground="#2f2f4a",
        good_ground="#052505", warning_ground="#4a1e04", attention_ground="#3b0509",
        warning_edge="#f7630c", attention_edge="#c50f1f",
    ),
    "contrast": TeamsTheme(
        chat="#000000", ground="#000000", text="#ffffff", subtle="#ffffff",
        line="#ffffff", edge="#ffffff", main="#ffffff", on_main="#000000",
        accent="#ffffff", link="#ffff00", good="#ffffff", warning="#ffffff", attention="#ffffff",
        hover="#1aebff", focus="#1aebff", emphasis_ground="#000000", accent_ground="#000000",
        good_ground="#000000", warning_ground="#000000", attention_ground="#000000",
        warning_edge="#ffffff", attention_edge="#ffffff",
    ),
}  # fmt: skip


def host_config(theme: TeamsTheme) -> dict[str, Any]:
    """How the renderer draws in that theme."""

    def style(ground: str, edge: str = theme.edge) -> dict[str, Any]:
        colours = {"default": theme.text, "dark": theme.text, "light": theme.text}
        named = {name: asdict(theme)[name] for name in ("accent", "good", "warning", "attention")}
        return {
            "backgroundColor": ground,
            "borderColor": edge,
            "foregroundColors": {
                name: {"default": colour, "subtle": theme.subtle if name in colours else colour}
                for name, colour in (colours | named).items()
            },
        }

    return {
        "fontFamily": "'Segoe UI', 'Liberation Sans', system-ui, sans-serif",
        "fontSizes": {"small": 12, "default": 14, "medium": 14, "large": 18, "extraLarge": 24},
        "fontWeights": {"lighter": 200, "default": 400, "bolder": 600},
        "spacing": {
            "small": 8, "default": 12, "medium": 16, "large": 20, "extraLarge": 24, "padding": 16,
        },
        "separator": {"lineThickness": 1, "lineColor": theme.line},
        "imageSizes": {"small": 32, "medium": 52, "large": 100},
        "table": {"cellSpacing": 8},
        "containerStyles": {
            "default": style(theme.ground, theme.line),
            "emphasis": style(theme.emphasis_ground),
            "accent": style(theme.accent_ground),
            "good": style(theme.good_ground),
            "warning": style(theme.warning_ground, theme.warning_edge),
            "attention": style(theme.attention_ground, theme.attention_edge),
        },
        "actions": {
            "maxActions": 6,
            "spacing": "Default",
            "buttonSpacing": 8,
            "actionsOrientation": "Horizontal",
            "actionAlignment": "Left",
        },
    }  # fmt: skip
