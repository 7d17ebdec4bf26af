"""典型案例: closed cases told to other villages, with nobody to be recognised in them."""
