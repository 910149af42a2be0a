"""Tags of other generators do not reach a card; what people wrote around them does."""

import pytest

from index.readers.markup.template_tags import strip_html, strip_markdown, strip_title


@pytest.mark.parametrize(
    ("source", "stripped"),
    [
        ("Read {{ site.name }}.", "Read ."),
        ('Say {{ "hello" }}.', "Say hello."),
        ("{% if x %}kept{% endif %}", "kept"),
        ("{%- include nav.html -%}text", "text"),
        ('{% include note.html content="Ring 44 first." %}', "Ring 44 first."),
        ('{% include "step.html"\n  steps:3 %}text', "text"),
        ("{% comment %}never{% endcomment %}seen", "seen"),
        ("{# a note #}seen", "seen"),
        ("## Head {#own-id}", "## Head {#own-id}"),
        ('Ask in {% slack_channel "admins" %} first', "Ask in #admins first"),
        ('Ask {% slack_channel "#admins" "the admins" %}', "Ask the admins"),
        ('{% image "a.png" "A badge with a photo on it" %}', "A badge with a photo on it"),
        ('{% image "a.png" "badge" %}x', "x"),
        ('{% uswds_icon "campaign" %}x', "x"),
        ('{% alert "Heads up!" "warning" %}Mind it.{% endalert %}', "Heads up!\n\nMind it."),
        ("{% alert %}Mind it.{% endalert %}", "Mind it."),
        ("{% raw %}{{ kept }}{% endraw %}", "{{ kept }}"),
        ('{{< notice "tip" >}}Hugo{{< /notice >}}', "Hugo"),
        ("total = {{ sum }} hours", "total =  hours"),
    ],
)
def test_a_tag_says_what_a_person_would_read(source: str, stripped: str) -> None:
    assert strip_markdown(source) == stripped


@pytest.mark.parametrize(
    ("source", "stripped"),
    [
        ('[guide]({% page "/a/" %})', "[guide](/a/)"),
        ('[guide]({% page "/a/"\n%})', "[guide](/a/)"),
        ('[guide]({% page "/a/" %}#costs)', "[guide](/a/#costs)"),
        ("[guide]({% page redirect.to %})", "[guide](#)"),
        ('[ref]: {% page "/a/" %}', "[ref]: /a/"),
        ('<a href="{% page "/a/" %}">', '<a href="/a/">'),
        ('a [link](https://x.example/#y).\n{% slack_channel "dev" %}', None),
    ],
)
def test_a_tag_in_the_place_of_an_address_leaves_a_link(source: str, stripped: str | None) -> None:
    """And only there: a link in a line before is no such place."""
    expected = stripped or "a [link](https://x.example/#y).\n#dev"
    assert strip_markdown(source) == expected


@pytest.mark.parametrize(
    "sample",
    [
        "```\n{% include x %}\n```",
        "~~~yaml\nkey: ${{ secrets.X }}\n~~~",
        "Use `{{ value }}` here.",
        "- item\n\n  ```\n  {{ x }}\n  ```",
    ],
)
def test_code_samples_are_left_as_they_are(sample: str) -> None:
    assert strip_markdown(sample) == sample


def test_raw_marks_around_a_sample_go() -> None:
    source = "```\n{% raw %}{% page x %}{% endraw %}\n```"
    assert strip_markdown(source) == "```\n{% page x %}\n```"


def test_liquids_highlight_is_a_code_sample() -> None:
    assert strip_markdown("{% highlight ruby %}x{% endhighlight %}") == "\n```ruby\nx\n```\n"


def test_html_has_no_markdown_samples() -> None:
    assert strip_html("<p>`{{ x }}`</p>") == "<p>``</p>"


def test_a_title_is_plain_words() -> None:
    title = "Set up <em>before</em> {{ site.org }} &amp; after {% icon 'x' %}"
    assert strip_title(title) == "Set up before & after"
