"""Each operation on torchvision v2 alone, for scripts: `python_script.py` copies from here what a chain needs.

Images are float32 tensors (C, H, W) in 0..1 with one channel or three. Ranges are drawn from torch's global generator.
This file is read as text; nothing in Seedbed runs it but its tests.
"""

import math

import torch
from torch import Tensor
from torchvision.transforms.v2 import AugMix, InterpolationMode
from torchvision.transforms.v2 import functional as F

BORDER = "symmetric"  # what lies beyond the image; or "edge", or "constant" for black
INTERPOLATION = InterpolationMode.BILINEAR
DEFECTS: list[tuple[Tensor, Tensor]] = []  # fill in: images (C, h, w) and masks (h, w) of what defect_paste may paste


def happens(probability: float) -> bool:
    return float(torch.rand(())) < probability


def uniform(low: float, high: float) -> float:
    return low + float(torch.rand(())) * (high - low)


def some_of(steps: int, fewest: int, most: int) -> list[int]:
    """Which of so many steps are taken, in their order."""
    number = int(torch.randint(fewest, most + 1, ()))
    return sorted(torch.randperm(steps)[:number].tolist())


def shorter_side(image: Tensor) -> int:
    return min(image.shape[-2:])


def with_border(image: Tensor) -> Tensor:
    """Twice as large: torchvision's geometry knows nothing but black beyond an image."""
    height, width = image.shape[-2:]
    return F.pad(image, [width // 2, height // 2], padding_mode=BORDER)


def affine(
    image: Tensor,
    angle: float = 0.0,
    x: float = 0.0,
    y: float = 0.0,
    scale: float = 1.0,
    shear: tuple[float, float] = (0.0, 0.0),
) -> Tensor:
    size = list(image.shape[-2:])
    moved = F.affine(with_border(image), -angle, [x, y], scale, list(shear), INTERPOLATION)
    return F.center_crop(moved, size).clamp(0, 1)


def displaced(image: Tensor, ways: Tensor) -> Tensor:
    """Each pixel from where its way (H, W, 2), in pixels right and down, leads."""
    height, width = image.shape[-2:]
    bordered = with_border(image)
    inside = torch.zeros(*bordered.shape[-2:], 2)
    inside[height // 2 : height // 2 + height, width // 2 : width // 2 + width] = ways
    shares = 2 * inside / torch.tensor([bordered.shape[-1], bordered.shape[-2]])
    return F.center_crop(F.elastic(bordered, shares[None], INTERPOLATION), [height, width]).clamp(0, 1)


def rotate(image: Tensor, angle: tuple[float, float]) -> Tensor:
    return affine(image, angle=uniform(*angle))


def quarter_turn(image: Tensor) -> Tensor:
    size = list(image.shape[-2:])
    return F.resize(image.rot90(int(torch.randint(1, 4, ())), (-2, -1)), size, antialias=False)


def flip_horizontal(image: Tensor) -> Tensor:
    return F.horizontal_flip(image)


def flip_vertical(image: Tensor) -> Tensor:
    return F.vertical_flip(image)


def translate(image: Tensor, x: tuple[float, float], y: tuple[float, float]) -> Tensor:
    height, width = image.shape[-2:]
    return affine(image, x=uniform(*x) / 100 * width, y=uniform(*y) / 100 * height)


def scale(image: Tensor, factor: tuple[float, float]) -> Tensor:
    return affine(image, scale=uniform(*factor))


def crop(image: Tensor, kept: tuple[float, float]) -> Tensor:
    height, width = image.shape[-2:]
    share = uniform(*kept) / 100
    x, y = (uniform(-0.5, 0.5) * (1 - share) / share * side for side in (width, height))
    return affine(image, x=x, y=y, scale=1 / share)


def center_crop(image: Tensor, kept: tuple[float, float]) -> Tensor:
    return affine(image, scale=100 / uniform(*kept))


def shear(image: Tensor, x: tuple[float, float], y: tuple[float, float]) -> Tensor:
    leaned = affine(image, shear=(0.0, -uniform(*y)))
    return affine(leaned, shear=(-uniform(*x), 0.0))


def perspective(image: Tensor, distance: tuple[float, float]) -> Tensor:
    height, width = image.shape[-2:]
    left, top = width // 2, height // 2
    corners = [[left, top], [left + width, top], [left + width, top + height], [left, top + height]]
    middle, way = (left + width / 2, top + height / 2), uniform(*distance) / 50
    moved = [[c + (m - c) * way * uniform(0, 1) for c, m in zip(corner, middle, strict=True)] for corner in corners]
    changed = F.perspective(with_border(image), corners, moved, INTERPOLATION)
    return F.center_crop(changed, [height, width]).clamp(0, 1)


def elastic(image: Tensor, distance: tuple[float, float], cell: tuple[float, float]) -> Tensor:
    height, width = image.shape[-2:]
    side, waves = shorter_side(image), uniform(*cell) / 100 * shorter_side(image)
    rows, columns = (round(length / waves) + 3 for length in (height, width))
    ways = torch.randn(1, 2, rows, columns) * uniform(*distance) / 100 * side / 2**0.5
    smooth = torch.nn.functional.interpolate(ways, (height, width), mode="bicubic")
    return displaced(image, smooth[0].permute(1, 2, 0))


def grid_distortion(image: Tensor, distance: tuple[float, float], cells: int) -> Tensor:
    share = uniform(*distance) / 100
    shifts = []
    for length in (image.shape[-1], image.shape[-2]):
        moves = (2 * torch.rand(1, 1, cells + 1) - 1) * share * (length - 1) / cells
        moves[..., 0] = moves[..., -1] = 0
        shifts.append(torch.nn.functional.interpolate(moves, length, mode="linear", align_corners=True)[0, 0])
    x, y = shifts
    return displaced(image, torch.stack(torch.broadcast_tensors(x, y[:, None]), -1))


def brightness(image: Tensor, factor: tuple[float, float]) -> Tensor:
    return F.adjust_brightness(image, uniform(*factor))


def contrast(image: Tensor, factor: tuple[float, float]) -> Tensor:
    return F.adjust_contrast(image, uniform(*factor))


def gamma(image: Tensor, exponent: tuple[float, float]) -> Tensor:
    return F.adjust_gamma(image, uniform(*exponent))


def saturation(image: Tensor, factor: tuple[float, float]) -> Tensor:
    return F.adjust_saturation(image, uniform(*factor)) if len(image) == 3 else image


def hue(image: Tensor, turn: tuple[float, float]) -> Tensor:
    return F.adjust_hue(image, uniform(*turn) / 360) if len(image) == 3 else image


def color_jitter(
    image: Tensor,
    brightness: tuple[float, float],
    contrast: tuple[float, float],
    saturation: tuple[float, float],
    hue: tuple[float, float],
) -> Tensor:
    image = F.adjust_contrast(F.adjust_brightness(image, uniform(*brightness)), uniform(*contrast))
    if len(image) == 1:
        return image
    return F.adjust_hue(F.adjust_saturation(image, uniform(*saturation)), uniform(*hue) / 360)


def gray(image: Tensor) -> Tensor:
    return F.rgb_to_grayscale(image, num_output_channels=3) if len(image) == 3 else image


def invert(image: Tensor) -> Tensor:
    return F.invert(image)


def auto_contrast(image: Tensor) -> Tensor:
    return F.autocontrast(image)


def equalize(image: Tensor) -> Tensor:
    return to_float(F.equalize(to_bytes(image)))


def posterize(image: Tensor, bits: tuple[float, float]) -> Tensor:
    return to_float(F.posterize(to_bytes(image), round(uniform(*bits))))


def solarize(image: Tensor, threshold: tuple[float, float]) -> Tensor:
    return F.solarize(image, uniform(*threshold) / 100)


def to_bytes(image: Tensor) -> Tensor:
    return (image * 255).round().to(torch.uint8)


def to_float(image: Tensor) -> Tensor:
    return image.to(torch.float32) / 255


def gaussian_blur(image: Tensor, sigma: tuple[float, float]) -> Tensor:
    return blurred(image, uniform(*sigma) / 100 * shorter_side(image))


def blurred(image: Tensor, sigma: float) -> Tensor:
    reach = min(math.ceil(4 * sigma), shorter_side(image) - 1)
    return F.gaussian_blur(image, [2 * reach + 1] * 2, [max(sigma, 1e-3)] * 2)


def motion_blur(image: Tensor, length: tuple[float, float], angle: tuple[float, float]) -> Tensor:
    # torchvision has no motion blur
    half, turn = uniform(*length) / 200 * shorter_side(image), math.radians(uniform(*angle))
    x, y = kernel_grid(half)
    along = (x * math.cos(turn) - y * math.sin(turn)).abs()
    across = (x * math.sin(turn) + y * math.cos(turn)).abs()
    return filtered(image, (half + 0.5 - along).clamp(0, 1) * (1 - across).clamp(min=0))


def defocus_blur(image: Tensor, radius: tuple[float, float]) -> Tensor:
    # torchvision has no defocus
    reach = uniform(*radius) / 100 * shorter_side(image)
    return filtered(image, (reach + 0.5 - torch.hypot(*kernel_grid(reach))).clamp(0, 1))


def kernel_grid(radius: float) -> tuple[Tensor, Tensor]:
    reach = torch.arange(-math.ceil(radius), math.ceil(radius) + 1, dtype=torch.float32)
    x, y = torch.meshgrid(reach, reach, indexing="xy")
    return x, y


def filtered(image: Tensor, kernel: Tensor) -> Tensor:
    padded = F.pad(image, [len(kernel) // 2], padding_mode="symmetric")
    return torch.nn.functional.conv2d(padded[:, None], (kernel / kernel.sum())[None, None])[:, 0].clamp(0, 1)


def sharpen(image: Tensor, amount: tuple[float, float], sigma: float) -> Tensor:
    # torchvision's adjust_sharpness knows one radius of three pixels only
    soft = blurred(image, sigma / 100 * shorter_side(image))
    return (image + uniform(*amount) * (image - soft)).clamp(0, 1)


def gaussian_noise(image: Tensor, deviation: tuple[float, float]) -> Tensor:
    return F.gaussian_noise(image, sigma=uniform(*deviation) / 100)


def poisson_noise(image: Tensor, deviation: tuple[float, float]) -> Tensor:
    # torchvision has no Poisson noise
    photons = (100 / max(uniform(*deviation), 0.01)) ** 2
    return (torch.poisson(image * photons) / photons).clamp(0, 1)


def speckle_noise(image: Tensor, deviation: tuple[float, float]) -> Tensor:
    # torchvision has no speckle
    return (image * (1 + torch.randn_like(image) * uniform(*deviation) / 100)).clamp(0, 1)


def salt_and_pepper(image: Tensor, share: tuple[float, float]) -> Tensor:
    # torchvision has no salt and pepper
    half, numbers = uniform(*share) / 200, torch.rand(image.shape[-2:])
    salted = torch.where((half <= numbers) & (numbers < 2 * half), torch.ones(()), image)
    return torch.where(numbers < half, torch.zeros(()), salted)


def jpeg(image: Tensor, quality: tuple[float, float]) -> Tensor:
    return to_float(F.jpeg(to_bytes(image), round(uniform(*quality))))


def downscale(image: Tensor, factor: tuple[float, float]) -> Tensor:
    share, size = uniform(*factor), list(image.shape[-2:])
    small = F.resize(image, [max(1, round(side * share)) for side in size], antialias=True)
    return F.resize(small, size, antialias=False).clamp(0, 1)


def fill_color(image: Tensor, fill: str) -> Tensor:
    mean = image.mean((1, 2), keepdim=True)
    return mean if fill == "mean" else torch.zeros_like(mean)


def cutout(image: Tensor, side: tuple[float, float], boxes: int, fill: str) -> Tensor:
    height, width = image.shape[-2:]
    edge, color = max(1, round(uniform(*side) / 100 * shorter_side(image))), fill_color(image, fill)
    for _ in range(boxes):
        top, left = (int(torch.randint(0, length - edge + 1, ())) for length in (height, width))
        image = F.erase(image, top, left, edge, edge, color)
    return image


def random_erasing(image: Tensor, area: tuple[float, float]) -> Tensor:
    height, width = image.shape[-2:]
    pixels, proportion = uniform(*area) / 100 * height * width, 0.3 ** uniform(-1, 1)
    tall = min(height, max(1, round((pixels * proportion) ** 0.5)))
    wide = min(width, max(1, round((pixels / proportion) ** 0.5)))
    top, left = int(torch.randint(0, height - tall + 1, ())), int(torch.randint(0, width - wide + 1, ()))
    return F.erase(image, top, left, tall, wide, torch.rand(len(image), tall, wide))


def grid_mask(image: Tensor, covered: tuple[float, float], cell: tuple[float, float], fill: str) -> Tensor:
    # torchvision has no grid mask
    period = max(2, round(uniform(*cell) / 100 * shorter_side(image)))
    side = round(uniform(*covered) / 100 * period)
    rows, columns = (
        (torch.arange(length) + int(torch.randint(0, period, ()))) % period < side for length in image.shape[-2:]
    )
    return torch.where(rows[:, None] & columns, fill_color(image, fill), image)


def coarse_dropout(image: Tensor, holes: tuple[float, float], side: tuple[float, float], fill: str) -> Tensor:
    height, width = image.shape[-2:]
    longest, color = uniform(*side) / 100 * shorter_side(image), fill_color(image, fill)
    for _ in range(round(uniform(*holes))):
        tall, wide = (max(1, round(longest * uniform(0.5, 1))) for _ in range(2))
        top, left = int(torch.randint(0, height - tall + 1, ())), int(torch.randint(0, width - wide + 1, ()))
        image = F.erase(image, top, left, tall, wide, color)
    return image


def bias_field(image: Tensor, amount: tuple[float, float]) -> Tensor:
    # torchvision has no bias field
    y, x = (torch.linspace(-1, 1, length) for length in image.shape[-2:])
    powers = [(p, q) for p in range(4) for q in range(4) if 0 < p + q <= 3]
    field = sum(uniform(-1, 1) * y[:, None] ** p * x**q for p, q in powers)
    field = torch.as_tensor(field)
    return (image * torch.exp(field / field.abs().max() * math.log1p(uniform(*amount) / 100))).clamp(0, 1)


def rician_noise(image: Tensor, deviation: tuple[float, float]) -> Tensor:
    # torchvision has no Rician noise
    real, imaginary = torch.randn(2, *image.shape) * uniform(*deviation) / 100
    return torch.hypot(image + real, imaginary).clamp(0, 1)


def window_jitter(image: Tensor, level: tuple[float, float], width: tuple[float, float]) -> Tensor:
    # torchvision has no windows
    return ((image - 0.5 - uniform(*level) / 100) / uniform(*width) + 0.5).clamp(0, 1)


def gibbs_ringing(image: Tensor, cut: tuple[float, float]) -> Tensor:
    # torchvision has no Gibbs ringing
    kept = (1 - uniform(*cut) / 100) / 2
    spectrum = torch.fft.rfft2(image)
    spectrum[:, torch.fft.fftfreq(image.shape[1]).abs() > kept] = 0
    spectrum[:, :, torch.fft.rfftfreq(image.shape[2]) > kept] = 0
    return torch.fft.irfft2(spectrum, image.shape[1:]).clamp(0, 1)


def illumination_gradient(image: Tensor, amount: tuple[float, float]) -> Tensor:
    # torchvision has no uneven light
    y, x = (torch.linspace(-1, 1, length) for length in image.shape[-2:])
    angle = uniform(0, 2 * math.pi)
    slope = (math.sin(angle) * y[:, None] + math.cos(angle) * x) / (abs(math.sin(angle)) + abs(math.cos(angle)))
    return (image * (1 + slope * uniform(*amount) / 100)).clamp(0, 1)


def specular_spot(image: Tensor, brightness: tuple[float, float], size: tuple[float, float]) -> Tensor:
    # torchvision has no gloss
    height, width = image.shape[-2:]
    x = torch.arange(width) - uniform(0, width)
    y = torch.arange(height)[:, None] - uniform(0, height)
    angle, long = uniform(0, math.pi), uniform(*size) / 200 * shorter_side(image)
    short = long / uniform(1, 3)
    along, across = x * math.cos(angle) + y * math.sin(angle), y * math.cos(angle) - x * math.sin(angle)
    spot = torch.exp(-((along / long) ** 2 + (across / short) ** 2) / 2) * uniform(*brightness) / 100
    return image + (1 - image) * spot


def scratches(image: Tensor, count: tuple[float, float], opacity: tuple[float, float]) -> Tensor:
    # torchvision draws no lines that are half transparent
    height, width = image.shape[-2:]
    cover = uniform(*opacity) / 100
    y, x = torch.meshgrid(torch.arange(height), torch.arange(width), indexing="ij")
    for _ in range(round(uniform(*count))):
        point, angle = [uniform(0, width), uniform(0, height)], uniform(0, 2 * math.pi)
        step = math.hypot(height, width) * uniform(0.025, 0.5) / 12
        nearest = torch.full((height, width), math.inf)
        for _ in range(12):
            angle += 0.06 * float(torch.randn(()))
            way = [math.cos(angle) * step, math.sin(angle) * step]
            along = (((x - point[0]) * way[0] + (y - point[1]) * way[1]) / step**2).clamp(0, 1)
            away = torch.hypot(x - point[0] - along * way[0], y - point[1] - along * way[1])
            nearest = torch.minimum(nearest, away)
            point = [point[0] + way[0], point[1] + way[1]]
        image = image + (float(torch.randint(2, ())) - image) * (1 - nearest).clamp(min=0) * cover
    return image


def dust(image: Tensor, count: tuple[float, float], size: tuple[float, float], opacity: tuple[float, float]) -> Tensor:
    # torchvision draws no specks
    height, width = image.shape[-2:]
    y, x = torch.meshgrid(torch.arange(height), torch.arange(width), indexing="ij")
    largest, cover = uniform(*size) / 200 * shorter_side(image), torch.zeros(height, width)
    for _ in range(round(uniform(*count))):
        away = torch.hypot(x - uniform(0, width), y - uniform(0, height))
        cover = torch.maximum(cover, (largest * uniform(0.3, 1) + 0.5 - away).clamp(0, 1))
    return image * (1 - cover * uniform(*opacity) / 100)


def clahe(image: Tensor, limit: tuple[float, float], tiles: int) -> Tensor:
    # torchvision has no CLAHE: each tile's equalization, its histogram cut at the limit, blended between tiles
    levels = to_bytes(F.rgb_to_grayscale(image) if len(image) == 3 else image)[0].long()
    height, width = levels.shape
    tall, wide = math.ceil(height / tiles), math.ceil(width / tiles)
    most = max(int(uniform(*limit) * tall * wide / 256), 1)
    padded = F.pad(levels[None], [0, 0, tiles * wide - width, tiles * tall - height], padding_mode="reflect")[0]
    tables = torch.empty(tiles, tiles, 256)
    for row in range(tiles):
        for column in range(tiles):
            tile = padded[row * tall : (row + 1) * tall, column * wide : (column + 1) * wide]
            counts = torch.bincount(tile.flatten(), minlength=256)
            spare = int((counts - most).clamp(min=0).sum())
            counts = counts.clamp(max=most) + spare // 256
            if spare % 256:
                every = max(256 // (spare % 256), 1)
                counts[: spare % 256 * every : every] += 1
            tables[row, column] = counts.cumsum(0) / (tall * wide)
    y, x = (torch.arange(n) / side - 0.5 for n, side in ((height, tall), (width, wide)))
    top, left = (places.floor().clamp(0, tiles - 1).long() for places in (y, x))
    bottom, right = (top + (y > 0)).clamp(max=tiles - 1), (left + (x > 0)).clamp(max=tiles - 1)
    down, across = (y - top).clamp(0, 1)[:, None], (x - left).clamp(0, 1)
    upper = tables[top[:, None], left, levels].lerp(tables[top[:, None], right, levels], across)
    lower = tables[bottom[:, None], left, levels].lerp(tables[bottom[:, None], right, levels], across)
    return (image + upper.lerp(lower, down) - levels / 255).clamp(0, 1)


def defect_paste(image: Tensor, scale: tuple[float, float], angle: tuple[float, float]) -> Tensor:
    # torchvision has no cut-and-paste
    if not DEFECTS:
        return image
    height, width = image.shape[-2:]
    piece, mask = DEFECTS[int(torch.randint(len(DEFECTS), ()))]
    both = torch.cat([piece, mask[None].to(piece.dtype)])
    turned = F.rotate(both, uniform(*angle), INTERPOLATION, expand=True)
    factor = uniform(*scale)
    turned = F.resize(turned, [max(1, round(side * factor)) for side in turned.shape[-2:]])
    tall, wide = turned.shape[-2:]
    top, left = int(uniform(0, height)) - tall // 2, int(uniform(0, width)) - wide // 2
    placed = F.pad(turned, [max(left, 0), max(top, 0), max(width - left - wide, 0), max(height - top - tall, 0)])
    placed = F.crop(placed, max(-top, 0), max(-left, 0), height, width)
    share = blurred(placed[-1:].clamp(0, 1), max(0.02 * max(tall, wide), 0.5))
    return image + (placed[:-1] - image) * share


def augmix(image: Tensor, strength: tuple[float, float], copies: int) -> Tensor:
    severity = max(1, round(uniform(*strength) / 10))
    return to_float(AugMix(severity, copies, all_ops=False)(to_bytes(image)))


def mixup(
    images: Tensor, labels: Tensor, share: tuple[float, float], partner: str, happening: float
) -> tuple[Tensor, Tensor]:
    # torchvision's MixUp takes one share for the whole batch
    others = partners(labels, partner)
    shares = torch.empty(len(images)).uniform_(*share) / 100 * (torch.rand(len(images)) < happening)
    return images.lerp(images[others], shares[:, None, None, None]), labels.lerp(labels[others], shares[:, None])


def cutmix(
    images: Tensor, labels: Tensor, share: tuple[float, float], partner: str, happening: float
) -> tuple[Tensor, Tensor]:
    # torchvision's CutMix takes one box for the whole batch
    others, (height, width) = partners(labels, partner), images.shape[-2:]
    mixed, mixed_labels = images.clone(), labels.clone()
    for number in torch.nonzero(torch.rand(len(images)) < happening).flatten().tolist():
        part = (uniform(*share) / 100) ** 0.5
        tall, wide = round(height * part), round(width * part)
        top, left = int(torch.randint(0, height - tall + 1, ())), int(torch.randint(0, width - wide + 1, ()))
        box = slice(top, top + tall), slice(left, left + wide)
        mixed[number, :, *box] = images[others[number], :, *box]
        mixed_labels[number] = labels[number].lerp(labels[others[number]], tall * wide / (height * width))
    return mixed, mixed_labels


def partners(labels: Tensor, partner: str) -> Tensor:
    """Another image for each, drawn from all, or from those whose soft label (N, classes) says the same class."""
    classes = labels.argmax(1) if partner == "same class" else torch.zeros(len(labels), dtype=torch.long)
    others = torch.arange(len(labels))
    for number in classes.unique():
        members = torch.nonzero(classes == number).flatten()
        members = members[torch.randperm(len(members))]
        others[members] = members.roll(1)
    return others
