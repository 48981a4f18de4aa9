"""NB6xx: secrets, untrusted code, versions, licences."""
