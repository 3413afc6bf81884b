#!/bin/sh
# The commands that trained the bundled models. ASSAY_DATA holds the data sets named in each card.json.
# One thread each: the same seed, machine and versions give the same weights.
set -eu
: "${ASSAY_DATA:?set ASSAY_DATA to the folder of the data sets}"
export OMP_NUM_THREADS=1 TOKENIZERS_PARALLELISM=false
python=${PYTHON:-.venv/bin/python}
out=${OUT:-build/bundled}
mkdir -p "$out"

sst2() {  # settings and folder of one training of the sentiment model
    "$python" -m models train --csv "$ASSAY_DATA/sst2/train.csv" --eval-csv "$ASSAY_DATA/sst2/dev.csv" \
        --test-csv "$ASSAY_DATA/sst2/test.csv" --learning-rate 1e-3 --evaluations 4 --patience 12 --bf16 \
        --data-name "SST-2 (Socher et al. 2013)" --data-licence "research use" "$@"
}

sst2 --epochs 3 --out "$out/sentiment-1"
sst2 --epochs 3 --lora-dropout 0.1 --average 0.999 --out "$out/sentiment-2"
sst2 --epochs 2 --label-smoothing 0.1 --average 0.999 --out "$out/sentiment-3"
"$python" -m models average "$out/sentiment-1" "$out/sentiment-2" "$out/sentiment-3" --rank 34 \
    --eval-csv "$ASSAY_DATA/sst2/dev.csv" --test-csv "$ASSAY_DATA/sst2/test.csv" --out "$out/sentiment"
"$python" -m models train --csv "$ASSAY_DATA/banking77/train.csv" --eval-share 0.03 \
    --test-csv "$ASSAY_DATA/banking77/test.csv" --epochs 10 --learning-rate 2e-3 --average 0.99 --patience 10 \
    --data-name "Banking77 (Casanueva et al. 2020)" --data-licence "CC BY 4.0" --out "$out/intents"
"$python" -m models train --csv "$ASSAY_DATA/hatexplain/train_text_label.csv" --eval-share 0.1 \
    --test-csv "$ASSAY_DATA/hatexplain/val.csv" --epochs 4 --learning-rate 1e-3 --evaluations 2 --label-smoothing 0.1 \
    --patience 3 --bf16 --data-name "HateXplain (Mathew et al. 2021)" --data-licence "MIT" --out "$out/toxicity"
