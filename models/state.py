"""Networks and optimizers as flat dictionaries of tensors, and back."""

from collections.abc import Collection, Mapping

import torch
from torch import Tensor, nn
from torch.optim import Optimizer

State = dict[str, Tensor]


def pack(networks: Mapping[str, nn.Module], optimizers: Mapping[str, Optimizer]) -> State:
    """Every tensor under "network NAME.KEY" or "optimizer NAME.PARAMETER.KEY"; the tensors are not copied."""
    state: State = {}
    for name, network in networks.items():
        state |= prefixed(f"network {name}", network.state_dict())
    for name, optimizer in optimizers.items():
        state |= prefixed(f"optimizer {name}", _optimizer_tensors(optimizer))
    return state


def unpack(networks: Mapping[str, nn.Module], optimizers: Mapping[str, Optimizer], state: State) -> None:
    """Take over what `pack` returned. Raises `RuntimeError` where names or shapes do not fit."""
    for name, network in networks.items():
        load_network(network, part(f"network {name}", state))
    for name, optimizer in optimizers.items():
        _load_optimizer(optimizer, part(f"optimizer {name}", state))


def load_network(network: nn.Module, state: State) -> None:
    """Take over the state of a network, whole. Raises `RuntimeError` where names or shapes do not fit.

    `load_state_dict` alone forgives a missing count of batches, in files that do not say which torch wrote them.
    """
    if missing := network.state_dict().keys() - state.keys():
        raise RuntimeError(f"missing {sorted(missing)}")
    network.load_state_dict(state)


def adopted(own: State, given: State, kept: Collection[str] = ()) -> State:
    """What a family that is like another takes over of it: every tensor of the same name and shape.

    own: its state before it learned anything. given: the other's. kept: the names of those that stay its own. Where all
    of its own are among the other's, it is the other's state, with what only comes while learning (the optimizers'
    memory). Where some are not, counts begin anew: how long something has learned is true of the whole only.
    """
    fitting = {key for key, value in own.items() if key in given and given[key].shape == value.shape}
    if len(fitting) == len(own):
        return given | {key: own[key] for key in kept}
    return own | {key: given[key] for key in fitting.difference(kept) if own[key].is_floating_point()}


def copied(state: Mapping[str, Tensor]) -> State:
    """The same values, which learning does not change."""
    return {key: value.clone() for key, value in state.items()}


def changed(before: State, after: State) -> set[str]:
    """The names of the tensors that are new or have other values than before."""
    return {key for key, value in after.items() if key not in before or not torch.equal(before[key], value)}


def prefixed(prefix: str, state: Mapping[str, Tensor]) -> State:
    """The same tensors with `prefix.` before each name."""
    return {f"{prefix}.{key}": value for key, value in state.items()}


def part(prefix: str, state: Mapping[str, Tensor]) -> State:
    """The tensors whose names begin with `prefix.`, without it."""
    return {key.removeprefix(f"{prefix}."): value for key, value in state.items() if key.startswith(f"{prefix}.")}


def is_finite(state: Mapping[str, Tensor]) -> bool:
    """Whether no tensor holds a NaN or an infinity."""
    return all(bool(torch.isfinite(value).all()) for value in state.values() if value.is_floating_point())


def _optimizer_tensors(optimizer: Optimizer) -> State:
    per_parameter = optimizer.state_dict()["state"]
    return {f"{index}.{key}": value for index, entry in per_parameter.items() for key, value in entry.items()}


def _load_optimizer(optimizer: Optimizer, state: State) -> None:
    per_parameter: dict[int, State] = {}
    for name, value in state.items():
        index, key = name.split(".", 1)
        per_parameter.setdefault(int(index), {})[key] = value
    groups = optimizer.state_dict()["param_groups"]
    optimizer.load_state_dict({"state": per_parameter, "param_groups": groups})
