"""Where the tags of objects stand on a drawing."""

from ui.html.tags import place_tags

TALL, WIDE, SIZE = 10.0, 20.0, (200.0, 200.0)


def test_a_tag_stands_over_the_left_corner_of_its_box() -> None:
    assert place_tags([(50, 50, 90, 90)], [WIDE], TALL, SIZE) == [(50, 40)]


def test_it_stands_below_at_the_top_of_the_drawing_and_inside_where_there_is_no_room() -> None:
    assert place_tags([(50, 5, 90, 90)], [WIDE], TALL, SIZE) == [(50, 90)]
    assert place_tags([(50, 0, 90, 200)], [WIDE], TALL, SIZE) == [(50, 190)]


def test_it_keeps_within_the_drawing() -> None:
    assert place_tags([(190, 50, 199, 90)], [WIDE], TALL, SIZE) == [(180, 40)]
    assert place_tags([(0, 50, 9, 90)], [300.0], TALL, SIZE) == [(0, 40)]


def test_it_covers_neither_another_tag_nor_another_object() -> None:
    boxes = [(50.0, 50.0, 90.0, 90.0), (60.0, 50.0, 120.0, 90.0), (50.0, 95.0, 64.0, 140.0)]
    tags = place_tags(boxes, [WIDE] * 3, TALL, SIZE)
    assert tags[:2] == [(50, 40), (100, 40)]
    assert tags[2][1] == 140
