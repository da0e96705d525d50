"""Any program as a trial: started, watched, read, ended with everything that it has started."""
