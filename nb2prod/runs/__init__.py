"""Running notebooks: a notebook, parameters and a kernel go in, an executed notebook or the truth comes out."""
