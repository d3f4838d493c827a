"""SCIM 2.0 (RFC 7643 and 7644) for one purpose: the landlord's directory closes the sign-in of people who leave
(decision 0072). Nobody is created and no right is given through it."""
