trialist run round-0.yaml
trialist run round-1.yaml
trialist analyze round-1
trialist adopt round-1
trialist next round-1 --write round-2.yaml
trialist run round-2.yaml
trialist adopt round-1-r2
trialist next round-1-r2 --write validate.yaml
trialist run validate.yaml
trialist next round-1-r2-validation
trialist open-test round-1-r2-validation
trialist next round-1-r2-validation
trialist adopt --history
