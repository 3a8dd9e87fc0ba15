"""Files in a store that several machines share, where the operator names one. Else: folders."""
