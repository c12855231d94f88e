/// A pair of keys that signs nothing but these tests: the public one, and a token that the private one has signed.
enum TokenSamples {
    static let publicKey = """
        -----BEGIN PUBLIC KEY-----
        MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAwH77kp5DO3HVAXKPZYWD
        /aYIZFNqfnjo8xxJ/b8EG4jo23C3fjlL0TXXe6DYz1i2fwtqlvO0Hdt7HcWEoT1i
        yfNXiNIMo9ERuhTIwOac4juyW9PMpkvSuLRsszdWs020Z8nNd2edIYgI4BBvjV7P
        RiKl3Lhxo2Sh5N2MvxmjgENzj+aTPJPU2t7+lZPDXae8MyejAG2e1vNkgp9FC96q
        Br7W8p9Nemc7WdOc3FmAVS14LV5GaFEOsr4c5HaMNRwloHnavnEOBJHFGt/IQFQN
        R6Qf4nyzE70Ca+/zuiHURQPF6Wy4MSjZZbElH6Lp/U+f+2ZCsTM9b06uKr2LuLd+
        FQIDAQAB
        -----END PUBLIC KEY-----
        """

    /// `ann`, operator, for `jobs`, from `https://issuer`, until 2100.
    static let token = """
        eyJhbGciOiJSUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiJhbm4iLCJyb2xlcyI6WyJvcGVyYXRvciJdLCJhdWQiO\
        iJqb2JzIiwiaXNzIjoiaHR0cHM6Ly9pc3N1ZXIiLCJleHAiOjQxMDI0NDQ4MDB9.MDyKxRg9B0WE9W4QmWOzr3VCdP\
        VDbgHtgscPGv70PWWuCeDWjlEhfuaNAovdY3Bspgg3vdhKOb2NUla-x__iXbprteQQGbyhqxuHvLAkYRqlYskpEWtW\
        eKvP4kuTT_CA04ziy4C2ker7VwA6kyHIGuzJb4N8Lq8mSql1q6U0rsauseqxpPpubiPO8x3t1GP9f_EjS3HpaUDzcP\
        IgRcgTUCxy_iyGzitc4SLpg2E6J6n5BuP1b02maUOwdKXwK0HbUOedc2gxmMlGtX6re7_oKUkPCprT7ZOlmP611LbV\
        hU5swDagA91kHdyz5LyjNqMkKFmLmLYAE8yXnNoRu2DYgw
        """

    static let shortKey = """
        -----BEGIN PUBLIC KEY-----
        MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDnlbX7iEUELFfSk5SvIe5LxgdE
        ldh+1J0+fxL2ML7Yq335xQVd/HrFnZt3R4qL38rjp4kLNArszLeLuCE5/h5NguRo
        M2F1dwbV16VU6G8LMfvKGTe1m89nbwUU3a8vp+mDhSGXtxYPW2hsN7B5u9f8pn45
        tlS8TsLUJ/hFAztPawIDAQAB
        -----END PUBLIC KEY-----
        """

    static let keyOfAnotherKind = """
        -----BEGIN PUBLIC KEY-----
        MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEmK927PDvjB9wrt8E9dV37W6qz14V
        2WdmbP1Rd2SMWxghbovSKZpWUFbCHeS+QFpWA2EqF+T6LLxzUdIFslG9yA==
        -----END PUBLIC KEY-----
        """
}
