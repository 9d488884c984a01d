"""The strokes of each digit, in the forms that people write it in. Points are x, y, from 0 to 1, y downwards."""

import math
from collections.abc import Callable

from numpy.random import Generator

Points = list[tuple[float, float]]
Form = Callable[[Generator], list[Points]]


def arc(x: float, y: float, wide: float, tall: float, start: float, end: float) -> Points:
    """Part of an ellipse around x, y; degrees clockwise from 3 o'clock."""
    steps = max(4, round(abs(end - start) / 20))
    angles = [math.radians(start + (end - start) * k / steps) for k in range(steps + 1)]
    return [(x + wide * math.cos(angle), y + tall * math.sin(angle)) for angle in angles]


def zero(random: Generator) -> list[Points]:
    """Narrow to round, its ends open, crossed or rolled in, now and then with a slash."""
    u = random.uniform
    start, wide = u(-130, -50), u(0.22, 0.48)
    ring = arc(0.5, 0.5, wide, 0.5, start, start - 360 - u(-15, 40))
    if random.random() < 0.15:
        ring += arc(0.5, 0.5, wide * u(0.5, 0.85), u(0.25, 0.42), start, start - u(30, 120))
    slash = [(u(0.65, 0.85), 0.15), (u(0.15, 0.35), 0.85)]
    return [ring, slash] if random.random() < 0.06 else [ring]


def one(random: Generator) -> list[Points]:
    """A line, mostly with a flag or an upstroke, which may be half as long, often with a foot."""
    u = random.uniform
    lean = u(-0.08, 0.12)
    top, bottom = (0.5 + lean, 0.0), (0.5 - lean, 1.0)
    flag: Points = []
    if random.random() < 0.75:
        reach, drop = (u(0.25, 0.5), u(0.35, 0.7)) if random.random() < 0.25 else (u(0.08, 0.45), u(0.08, 0.65))
        flag = [(top[0] - reach, drop), (top[0] - reach * u(0.3, 0.6), drop * u(0.3, 0.6))]
    strokes = [[*flag, top, bottom]]
    if random.random() < 0.5:
        half, tilt, middle = u(0.15, 0.5), u(-0.03, 0.03), bottom[0] + u(-0.06, 0.06)
        strokes.append([(middle - half, 1 + tilt), (middle + half, 1 - tilt)])
    return strokes


def two(random: Generator) -> list[Points]:
    """With a straight base, a loop or a wave; its head now and then nearly closed."""
    u = random.uniform
    wide, base = u(0.25, 0.42), u(0.92, 1)
    start = u(-300, -190) if random.random() < 0.2 else u(-190, -150)
    head = arc(0.5, u(0.24, 0.32), wide, u(0.22, 0.3), start, u(20, 60))
    kind = random.random()
    if kind < 0.5:
        tail = [(0.5 - wide - u(-0.05, 0.08), base), (0.5 + wide + u(-0.08, 0.15), base + u(-0.06, 0.04))]
    elif kind < 0.8:
        left = 0.5 - wide * u(0.6, 1)
        loop = arc(left, base - 0.07, u(0.05, 0.12), u(0.05, 0.1), 60, 320)
        tail = [(left + 0.08, base - 0.1), *loop, (left + 0.2, base - 0.08)]
        tail.append((0.5 + wide + u(0, 0.12), base + u(-0.05, 0.03)))
    else:
        tail = [(0.5 - wide, base - 0.05), (0.5 - wide / 2, base - u(0.03, 0.12))]
        tail += [(0.5 + wide * 0.3, base), (0.6 + wide, base - u(0.02, 0.12))]
    return [head + tail]


def three(random: Generator) -> list[Points]:
    """Round, or with a flat top."""
    u = random.uniform
    upper, lower, middle = u(0.2, 0.36), u(0.25, 0.42), u(0.4, 0.52)
    if random.random() < 0.22:
        top = [(0.5 - upper, u(0, 0.06)), (0.5 + upper, 0), (u(0.4, 0.55), middle)]
    else:
        top = arc(0.47, middle / 2, upper, middle / 2, u(-170, -120), 80)
        top += [(u(0.35, 0.5), middle)] if random.random() < 0.7 else []
    return [top + arc(0.46, (middle + 1) / 2, lower, (1 - middle) / 2, -80, u(110, 170))]


def four(random: Generator) -> list[Points]:
    """Open at the top, closed, a triangle on a stem, or drawn as a flag in one stroke."""
    u = random.uniform
    kind, bar, stem = random.random(), u(0.55, 0.75), u(0.6, 0.75)
    if kind < 0.15:
        bar = u(0.32, 0.6)
        triangle = [(stem, 0), (u(0, 0.25), bar + u(-0.08, 0.05)), (stem + u(-0.02, 0.12), bar + u(-0.04, 0.06))]
        return [triangle, [(stem, 0), (stem + u(-0.05, 0.1), 1)]]
    if kind < 0.45:
        angle = [(u(0.2, 0.4), u(0, 0.1)), (u(0.08, 0.25), bar), (u(0.8, 1), bar + u(-0.05, 0.05))]
        return [angle, [(stem + u(-0.05, 0.08), u(0, 0.4)), (stem - u(-0.05, 0.1), 1)]]
    if kind < 0.82:
        roof = [(stem, 0), (u(0.02, 0.2), bar), (u(0.82, 1), bar + u(-0.04, 0.04))]
        return [roof, [(stem, 0 if random.random() < 0.6 else u(0, 0.3)), (stem - u(-0.03, 0.08), 1)]]
    left = u(0.05, 0.2)
    start = [(left + u(0, 0.15), u(0.1, 0.35)), (left, bar), (stem, bar - u(0, 0.08))]
    return [[*start, (stem + 0.02, 0), (stem - u(0, 0.08), 1)]]


def five(random: Generator) -> list[Points]:
    """In one stroke, or with a hat of its own that may lie apart."""
    u = random.uniform
    wide, top, middle, left, slant = u(0.22, 0.45), u(0, 0.06), u(0.36, 0.5), u(0.2, 0.34), u(-0.04, 0.08)
    bowl = arc(0.45, (middle + 1) / 2 - 0.02, wide, (1 - middle) / 2 + 0.02, u(-130, -90), u(110, 165))
    corner, end = (left + slant, top), (u(0.6, 0.95), top + u(-0.05, 0.06))
    if random.random() < 0.5:
        gap = u(0, 0.08)
        return [[corner, (left, middle), *bowl], [(corner[0] + gap, top - gap / 2), end]]
    return [[end, corner, (left, middle), *bowl]]


def six(random: Generator) -> list[Points]:
    """Narrow or wide, its back straight or curled, its loop closed, nearly or not; or a ring with a flat roof."""
    u = random.uniform
    wide, tall = u(0.2, 0.45), u(0.2, 0.34)
    if random.random() < 0.06:
        ring = arc(0.4, 0.55, u(0.3, 0.4), u(0.38, 0.45), -70, -430)
        return [[(u(0.85, 1.1), u(0, 0.15)), (0.6, u(0.05, 0.12)), *ring]]
    start = 0.5 + u(-0.1, 0.6)
    back = [(start, 0.0), (0.5 - wide * u(0.5, 0.85), u(0.25, 0.45)), (0.5 - wide, 1 - tall)]
    curl = [(start + 0.1, u(0.03, 0.1))] if random.random() < 0.3 else []
    return [curl + back + arc(0.5, 1 - tall, wide, tall, 180, -180 - u(-70, 60))]


def seven(random: Generator) -> list[Points]:
    """With a hook or a wave at the left, a straight or a bent stem, and every second time a bar."""
    u = random.uniform
    left, right, top = u(0.05, 0.25), u(0.75, 0.95), u(0, 0.08)
    roof = [(left, top), (right, u(0, 0.06))]
    kind = random.random()
    if kind < 0.3:
        roof = [(left + u(-0.02, 0.03), top + u(0.08, 0.2)), *roof]
    elif kind < 0.5:
        roof[1:1] = [(left + 0.15, top - 0.05), ((left + right) / 2, top + u(0.03, 0.1))]
    bend = [(u(0.5, 0.62), u(0.4, 0.55))] if random.random() < 0.4 else []
    strokes = [[*roof, *bend, (u(0.25, 0.6), 1)]]
    if random.random() < 0.5:
        middle, half, height = u(0.5, 0.65), u(0.12, 0.3), u(0.4, 0.6)
        strokes.append([(middle - half, height + u(-0.04, 0.06)), (middle + half, height + u(-0.06, 0.04))])
    return strokes


def eight(random: Generator) -> list[Points]:
    """Two rings, or one stroke that crosses itself, closed or open at the top or the left."""
    u = random.uniform
    upper, lower, middle = u(0.16, 0.36), u(0.2, 0.42), u(0.38, 0.52)
    if random.random() < 0.4:
        ring = arc(0.5, middle / 2, upper, middle / 2, 90, 450)
        return [ring, arc(0.5, (1 + middle) / 2, lower, (1 - middle) / 2, -90, 270)]
    above = arc(0.5, middle / 2, upper, middle / 2, u(-60, 0), -270)
    below = arc(0.5, (1 + middle) / 2, lower, (1 - middle) / 2, -70, 250)
    end = (0.5 + u(0.1, 0.3), u(0, 0.15)) if random.random() < 0.25 else above[0]  # open at the top, or closed
    if random.random() < 0.2:  # open at the left: the stroke ends in the lower half
        return [[*above[:-1], (0.5, middle), *arc(0.5, (1 + middle) / 2, lower, (1 - middle) / 2, -70, u(140, 200))]]
    return [[*above[:-1], (0.5, middle), *below, (0.5, middle), end]]


def nine(random: Generator) -> list[Points]:
    """Its tail straight, curled or bent."""
    u = random.uniform
    wide, tall = u(0.16, 0.42), u(0.14, 0.32)
    loop = [*arc(0.48, tall, wide, tall, u(-40, 10), u(-370, -340)), (0.48 + wide, tall * u(0.6, 1.2))]
    right, kind = 0.48 + wide, random.random()
    if kind < 0.45:
        tail = [(right - u(0, 0.25), 1.0)]
    elif kind < 0.7:
        half = u(0.22, 0.45)
        curl = arc(right - half, u(0.74, 0.82), half, u(0.15, 0.24), 20, u(120, 190))
        tail = [(right - 0.02, u(0.5, 0.7)), *curl]
    else:
        tail = [(right - u(0, 0.06), 0.6), (right - u(0.1, 0.3), 1)]
    return [loop + tail]


FORMS: tuple[Form, ...] = (zero, one, two, three, four, five, six, seven, eight, nine)
