"""The model families. A new family is one new file here, listed in `FAMILIES`."""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from models.families.base import Family

FAMILIES = {
    "instant": "models.families.instant:Instant",
    "refined": "models.families.refined:Refined",
    "mlp_gan": "models.families.mlp_gan:MlpGan",
    "dcgan": "models.families.dcgan:Dcgan",
    "wgan_gp": "models.families.wgan_gp:WganGp",
    "r3gan": "models.families.r3gan:R3gan",
    "acgan": "models.families.acgan:Acgan",
    "sgan": "models.families.sgan:Sgan",
    "fastgan": "models.families.fastgan:Fastgan",
    "vae": "models.families.vae:Vae",
    "vq_vae": "models.families.vq_vae:VqVae",
    "latent_flow": "models.families.latent_flow:LatentFlow",
    "pixel_flow": "models.families.pixel_flow:PixelFlow",
}


def family_class(name: str) -> "type[Family]":
    """The class of a family by its command-line name; imports torch. Raises `KeyError` for an unknown name."""
    module, _, attribute = FAMILIES[name].partition(":")
    return getattr(import_module(module), attribute)
